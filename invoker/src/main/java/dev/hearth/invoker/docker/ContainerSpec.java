package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A container to create; everything that does not differ between containers is added by the engine's side.
 *
 * @param name the engine's name for it
 * @param hostname its own name inside
 * @param imageId the image, by the engine's id
 * @param program what the bridge starts, and how it speaks to it
 * @param environment variables besides those of the contract; no secrets, {@code docker inspect} shows them
 * @param labels cannot change later: {@code hearth.node} and {@code hearth.runtime}
 * @param memory limit of the memory cgroup, RAM and scratch together; there is no swap
 * @param scratch size of /tmp
 * @param pids processes and threads
 * @param shares CPU weight, 1024 is the engine's default
 * @param cpus quota in cores
 * @param gpus numbers of the graphics processors that it has for itself
 * @param bridge the bridge's binary on the host
 * @param directory the container's directory on the host
 */
public record ContainerSpec(
        String name,
        String hostname,
        String imageId,
        ContainerProgram program,
        Map<String, String> environment,
        Map<String, String> labels,
        Bytes memory,
        Bytes scratch,
        int pids,
        int shares,
        OptionalDouble cpus,
        List<String> gpus,
        Path bridge,
        ContainerDirectory directory) {
    /** Label with the id of the node that owns the container. */
    public static final String NODE_LABEL = "hearth.node";

    /** Label with the name of the runtime. */
    public static final String RUNTIME_LABEL = "hearth.runtime";

    public ContainerSpec {
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
        gpus = List.copyOf(gpus);
    }
}
