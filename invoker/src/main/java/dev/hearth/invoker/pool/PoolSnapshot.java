package dev.hearth.invoker.pool;

import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import java.util.Map;

/**
 * The pool in numbers.
 *
 * @param containers number by state, each state present
 * @param idle calls that warm containers could take at once, by revision
 * @param stems ready stem cells by runtime
 * @param wanted stem cells that should stand ready by runtime, of all its classes
 * @param memory reserved memory in bytes, what calls wait for included
 * @param scratch reserved scratch in bytes, the same way
 * @param gpus reserved graphics processors, the same way
 * @param slots calls that run or wait for their container
 * @param draining whether new calls are refused for good
 */
public record PoolSnapshot(
        Map<ContainerState, Integer> containers,
        Map<RevisionId, Integer> idle,
        Map<String, Integer> stems,
        Map<String, Integer> wanted,
        Use memory,
        Use scratch,
        Use gpus,
        Use slots,
        boolean draining) {
    public PoolSnapshot {
        containers = Map.copyOf(containers);
        idle = Map.copyOf(idle);
        stems = Map.copyOf(stems);
        wanted = Map.copyOf(wanted);
    }

    /** How much of a resource there is, and how much of it is taken. */
    public record Use(long capacity, long used) {
        public long free() {
            return capacity - used;
        }
    }

    /**
     * One container.
     *
     * @param label {@code name@number} of its revision; empty in a stem cell
     * @param calls calls it has completed
     * @param since time of its last change of state, on the clock that feeds the pool
     */
    public record Entry(
            ContainerId id, ContainerState state, String runtime, String label, Bytes memory, long calls, long since) {}
}
