package dev.hearth.deploy.simulation;

import java.util.Arrays;

/** Times in a histogram of buckets that grow with the time, each less than 2 % wide, and their exact mean and maximum. */
final class Waits {
    private static final int PARTS_BITS = 6;
    private static final int PARTS = 1 << PARTS_BITS;

    private final long[] buckets = new long[(Long.SIZE - PARTS_BITS) * PARTS];
    private long count;
    private double sum;
    private long most;

    void add(long micros) {
        buckets[bucket(micros)]++;
        count++;
        sum += micros;
        most = Math.max(most, micros);
    }

    private static int bucket(long micros) {
        if (micros < PARTS) {
            return (int) Math.max(0, micros);
        }
        int shift = Long.SIZE - 1 - PARTS_BITS - Long.numberOfLeadingZeros(micros);
        return (shift << PARTS_BITS) + (int) (micros >>> shift);
    }

    /** The longest time in the bucket. */
    private static long end(int bucket) {
        if (bucket < 2 * PARTS) {
            return bucket;
        }
        int shift = (bucket >> PARTS_BITS) - 1;
        return ((bucket - ((long) shift << PARTS_BITS) + 1) << shift) - 1;
    }

    long count() {
        return count;
    }

    double meanMillis() {
        return count == 0 ? 0 : sum / count / 1e3;
    }

    double mostMillis() {
        return most / 1e3;
    }

    /** The time that this share of all does not exceed; at most a bucket too long. */
    double millisAt(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            seen += buckets[bucket];
            if (seen >= rank) {
                return Math.min(most, end(bucket)) / 1e3;
            }
        }
        return mostMillis();
    }

    @Override
    public String toString() {
        return count + " times, " + Arrays.stream(buckets).filter(n -> n > 0).count() + " buckets";
    }
}
