package dev.hearth.common.function;

import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What one call of a function may use. The five limits of WRENCH's serverless service (time, disk, memory, ingress,
 * egress) and those that Docker adds.
 *
 * @param timeout run time of one call, without queueing, start and init; 1 ms to 1 day
 * @param init time to load the code; 1 ms to 10 minutes
 * @param memory RAM of the container, reserved on the node for the container's life; at least 16 MiB
 * @param disk size of the container's /tmp, which is RAM as well; at least 1 MiB
 * @param ingress largest request body
 * @param egress largest response body
 * @param cpus quota in cores; empty: no quota, only the weight that memory gives
 * @param pids processes and threads in the container; 8 to 32768
 * @param concurrency calls that may run in one container at once, 1 to 1000
 * @param maxContainers containers of the function over all nodes; empty: bounded by the nodes' room alone
 * @param gpus graphics processors of each container, reserved on the node for the container's life
 */
public record Limits(
        Duration timeout,
        Duration init,
        Bytes memory,
        Bytes disk,
        Bytes ingress,
        Bytes egress,
        OptionalDouble cpus,
        int pids,
        int concurrency,
        OptionalInt maxContainers,
        Gpus gpus) {
    public static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Bytes.ofMiB(256),
            Bytes.ofMiB(64),
            Bytes.ofMiB(6),
            Bytes.ofMiB(6),
            OptionalDouble.empty(),
            64,
            1,
            OptionalInt.empty(),
            Gpus.NONE);

    public Limits {
        within("timeout", timeout, Duration.ofMillis(1), Duration.ofDays(1));
        within("init", init, Duration.ofMillis(1), Duration.ofMinutes(10));
        within("memory", memory, Bytes.ofMiB(16), Bytes.ofGiB(4096));
        within("disk", disk, Bytes.ofMiB(1), Bytes.ofGiB(1024));
        within("ingress", ingress, new Bytes(0), Bytes.ofGiB(1));
        within("egress", egress, new Bytes(0), Bytes.ofGiB(1));
        within("pids", pids, 8, 32_768);
        within("concurrency", concurrency, 1, 1_000);
        if (cpus.isPresent()) {
            within("cpus", cpus.getAsDouble(), 0.01, 1024.0);
        }
        if (maxContainers.isPresent()) {
            within("maxContainers", maxContainers.getAsInt(), 1, 1_000_000);
        }
    }

    private static <T extends Comparable<T>> void within(String name, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "limits." + name + " is " + text(value) + ", must be " + text(least) + " to " + text(most));
        }
    }

    private static String text(Object value) {
        return value instanceof Duration duration ? Durations.format(duration) : String.valueOf(value);
    }

    /** What Docker is told: memory and disk together, because bytes in the tmpfs count against the memory cgroup. */
    public Bytes cgroupMemory() {
        return memory.plus(disk);
    }
}
