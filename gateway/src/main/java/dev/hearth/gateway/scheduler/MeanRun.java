package dev.hearth.gateway.scheduler;

/** Running mean of run times, in which the last {@value #WINDOW} calls or so weigh most. */
final class MeanRun {
    private static final int WINDOW = 64;
    private double millis;
    private int count;

    void add(long runMillis) {
        count = Math.min(count + 1, WINDOW);
        millis += (runMillis - millis) / count;
    }

    /** The mean in milliseconds, 0 before the first run. */
    long millis() {
        return Math.round(millis);
    }
}
