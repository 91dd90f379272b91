package dev.hearth.deploy.simulation.trace;

import java.time.Duration;

/**
 * What a synthetic trace is to be like; see {@link SyntheticTrace}.
 *
 * @param seed the same seed gives the same trace
 * @param functions how many functions there are
 * @param rate calls a second over a whole day, all functions together
 * @param length how long calls arrive
 */
public record AzureLike(long seed, int functions, double rate, Duration length) {
    public AzureLike {
        if (functions < 1 || functions > TraceColumns.MOST_FUNCTIONS) {
            throw new IllegalArgumentException(
                    "functions is " + functions + ", must be 1 to " + TraceColumns.MOST_FUNCTIONS);
        }
        if (!(rate > 0 && rate <= 1e6)) {
            throw new IllegalArgumentException(
                    "rate is " + rate + " calls a second, must be above 0 and at most 1000000");
        }
        if (!length.isPositive()) {
            throw new IllegalArgumentException("the trace's length is " + length + ", must be above 0");
        }
    }
}
