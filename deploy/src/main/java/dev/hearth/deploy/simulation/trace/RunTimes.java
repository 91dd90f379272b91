package dev.hearth.deploy.simulation.trace;

import java.util.SplittableRandom;

/**
 * Log-normal run times around the mean of one function.
 *
 * @param meanMicros the mean
 * @param random where they come from
 */
record RunTimes(double meanMicros, SplittableRandom random) {
    private static final double SPREAD = 0.6;
    private static final double LEAST = 200;
    private static final double MOST = 300e6;

    long next() {
        double run = meanMicros * Math.exp(SPREAD * random.nextGaussian() - SPREAD * SPREAD / 2);
        return (long) Math.clamp(run, LEAST, MOST);
    }
}
