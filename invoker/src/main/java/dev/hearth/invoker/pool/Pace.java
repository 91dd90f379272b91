package dev.hearth.invoker.pool;

import java.util.Arrays;

/**
 * How long the calls of a revision hold their container: the mean of the shorter three quarters of the last ones.
 *
 * <p>The longest quarter is left out because one pause of the machine makes all that run late at once. The clock ticks in
 * milliseconds; the mean of many calls that begin at any moment between two ticks is right all the same, far below one
 * tick.
 */
final class Pace {
    private static final int SAMPLES = 32;
    private static final int ENOUGH = 16;

    private final long[] latest = new long[SAMPLES];
    private final long[] sorted = new long[SAMPLES];
    private int samples;
    private int next;
    private double mean;

    void add(long millis) {
        if (samples == SAMPLES) {
            int gone = Arrays.binarySearch(sorted, latest[next]);
            System.arraycopy(sorted, gone + 1, sorted, gone, SAMPLES - gone - 1);
            samples--;
        }
        latest[next] = millis;
        next = (next + 1) % SAMPLES;
        int found = Arrays.binarySearch(sorted, 0, samples, millis);
        int place = found < 0 ? -found - 1 : found;
        System.arraycopy(sorted, place, sorted, place + 1, samples - place);
        sorted[place] = millis;
        samples++;
        mean = meanOf(Math.max(1, samples * 3 / 4));
    }

    private double meanOf(int shortest) {
        long sum = 0;
        for (int i = 0; i < shortest; i++) {
            sum += sorted[i];
        }
        return (double) sum / shortest;
    }

    /** Whether there were enough calls to go by. */
    boolean isKnown() {
        return samples >= ENOUGH;
    }

    /** In milliseconds. */
    double mean() {
        return mean;
    }
}
