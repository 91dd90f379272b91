package dev.hearth.deploy.simulation;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.Map;

/**
 * How long things take that the simulation does not do.
 *
 * @param message one way between head and worker
 * @param starts from creating a container until its runtime says hello, by runtime; under {@link #OTHERS} for all others
 * @param inits loading the code of a function into a started container, the same way
 * @param removal removing a container; two of a worker at a time
 * @param fetch what a fetch of an image takes beside its bytes
 * @param workerBandwidth bytes of images that a worker takes in a second
 * @param headBandwidth bytes of images that the head gives away in a second
 */
public record Costs(
        Duration message,
        Map<String, Duration> starts,
        Map<String, Duration> inits,
        Duration removal,
        Duration fetch,
        Bytes workerBandwidth,
        Bytes headBandwidth) {
    /** What runs in an image of its own, and runtimes that are not named. */
    public static final String OTHERS = "image";

    public Costs {
        starts = Map.copyOf(starts);
        inits = Map.copyOf(inits);
        if (workerBandwidth.value() < 1 || headBandwidth.value() < 1) {
            throw new IllegalArgumentException("bandwidths must be above 0");
        }
    }

    long startMicros(String runtime) {
        return micros(starts, runtime);
    }

    long initMicros(String runtime) {
        return micros(inits, runtime);
    }

    private static long micros(Map<String, Duration> times, String runtime) {
        return micros(times.getOrDefault(runtime, times.getOrDefault(OTHERS, Duration.ZERO)));
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
