package dev.hearth.common.id;

import java.security.SecureRandom;

/**
 * A 128-bit identifier that sorts by its time of creation.
 *
 * <p>48 bits of Unix milliseconds, then 80 random bits; within one millisecond of one process the low part counts up, so
 * ids made in a row sort in that order. Written as 26 characters of Crockford's base 32 in lower case (the form of ULID).
 *
 * @param high time and the upper 16 random bits
 * @param low the lower 64 bits
 */
public record SortableId(long high, long low) implements Comparable<SortableId> {
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int LENGTH = 26;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Object LOCK = new Object();
    private static long lastMillis;
    private static long lastHigh;
    private static long lastLow;

    /** A new id for the given Unix time in milliseconds. */
    public static SortableId at(long millis) {
        synchronized (LOCK) {
            if (millis > lastMillis) {
                lastMillis = millis;
                lastHigh = millis << 16 | RANDOM.nextInt(1 << 16);
                lastLow = RANDOM.nextLong() >>> 1;
            } else {
                lastLow += 1 + RANDOM.nextInt(1 << 16);
            }
            return new SortableId(lastHigh, lastLow);
        }
    }

    public static SortableId next() {
        return at(System.currentTimeMillis());
    }

    /**
     * Reads the 26-character form.
     *
     * @throws IllegalArgumentException when the text is no such id
     */
    public static SortableId parse(String text) {
        if (text.length() != LENGTH) {
            throw new IllegalArgumentException("'" + text + "' is not an id: ids have 26 characters");
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0 || (i == 0 && digit > 7)) {
                throw new IllegalArgumentException("'" + text + "' is not an id: wrong character " + text.charAt(i));
            }
            high = high << 5 | low >>> 59;
            low = low << 5 | digit;
        }
        return new SortableId(high, low);
    }

    private static int digit(char c) {
        for (int i = 0; i < DIGITS.length; i++) {
            if (DIGITS[i] == c) {
                return i;
            }
        }
        return -1;
    }

    /** Unix time in milliseconds at which this id was made. */
    public long millis() {
        return high >>> 16;
    }

    @Override
    public int compareTo(SortableId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** The low part alone is random enough; ids are keys of maps on the path of every call. */
    @Override
    public int hashCode() {
        return Long.hashCode(low);
    }

    @Override
    public String toString() {
        char[] out = new char[LENGTH];
        long h = high;
        long l = low;
        for (int i = LENGTH - 1; i >= 0; i--) {
            out[i] = DIGITS[(int) (l & 31)];
            l = l >>> 5 | h << 59;
            h >>>= 5;
        }
        return new String(out);
    }
}
