package dev.hearth.invoker.pool;

/**
 * How long the calls of a revision hold their container: a moving mean.
 *
 * <p>The clock ticks in milliseconds; the mean of many calls that begin at any moment between two ticks is right all the
 * same, far below one tick.
 */
final class Pace {
    private static final int SAMPLES = 16;
    private static final double WEIGHT = 1.0 / SAMPLES;

    private double mean;
    private int samples;

    void add(long millis) {
        samples = Math.min(samples + 1, SAMPLES);
        mean += (millis - mean) * Math.max(WEIGHT, 1.0 / samples);
    }

    /** Whether there were enough calls to go by. */
    boolean isKnown() {
        return samples == SAMPLES;
    }

    /** In milliseconds. */
    double mean() {
        return mean;
    }
}
