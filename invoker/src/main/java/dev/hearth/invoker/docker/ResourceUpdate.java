package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * New figures for a running container; what is empty stays as it is.
 *
 * @param memory limit of the memory cgroup, RAM and scratch together
 * @param cpus quota in cores
 * @param shares CPU weight
 */
public record ResourceUpdate(Optional<Bytes> memory, OptionalDouble cpus, OptionalInt shares) {
    public static ResourceUpdate ofMemory(Bytes memory) {
        return new ResourceUpdate(Optional.of(memory), OptionalDouble.empty(), OptionalInt.empty());
    }
}
