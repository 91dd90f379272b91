package dev.hearth.deploy.simulation.trace;

import java.util.SplittableRandom;

/** When the calls of one function arrive. */
interface Arrivals {
    long MINUTE = 60_000_000;
    long DAY = 24 * 60 * MINUTE;

    /** The first arrival after that time, both in microseconds since the trace began; asked in order. */
    long after(long micros);

    /** A timer that fires at multiples of its period, each time up to half a second late. */
    record Timer(long periodMicros, SplittableRandom random) implements Arrivals {
        private static final long LATE = 500_000;

        @Override
        public long after(long micros) {
            // Half a period on, so that a late call is not followed by one of the same period.
            long next = (micros + periodMicros / 2) / periodMicros + 1;
            return next * periodMicros + random.nextLong(LATE);
        }
    }

    /** Independent calls, more of them at noon than at midnight. */
    record Steady(double perMicro, SplittableRandom random) implements Arrivals {
        private static final double SWING = 0.4;

        @Override
        public long after(long micros) {
            double noon = 1 - SWING * Math.cos(2 * Math.PI * (double) micros / DAY);
            return micros + 1 + (long) (random.nextExponential() / (perMicro * noon));
        }
    }

    /** Bursts at independent times; the calls of a burst follow each other closely. */
    final class Bursts implements Arrivals {
        private final double burstsPerMicro;
        private final double calls;
        private final long gapMicros;
        private final SplittableRandom random;
        private long left;

        /**
         * Bursts of so many calls in the mean.
         *
         * @param perMicro calls in a microsecond, in the mean over all time
         * @param gapMicros between two calls of a burst, in the mean
         */
        Bursts(double perMicro, double calls, long gapMicros, SplittableRandom random) {
            double burstMicros = (calls - 1) * gapMicros;
            this.burstsPerMicro = 1 / Math.max(calls / perMicro - burstMicros, (double) gapMicros);
            this.calls = calls;
            this.gapMicros = gapMicros;
            this.random = random;
        }

        @Override
        public long after(long micros) {
            if (left > 0) {
                left--;
                return micros + 1 + (long) (random.nextExponential() * gapMicros);
            }
            left = (long) (random.nextExponential() * calls);
            return micros + 1 + (long) (random.nextExponential() / burstsPerMicro);
        }
    }
}
