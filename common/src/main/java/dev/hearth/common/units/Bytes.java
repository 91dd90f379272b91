package dev.hearth.common.units;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size in bytes, never negative.
 *
 * <p>Written as a whole number and a unit: {@code B}, {@code KiB}, {@code MiB}, {@code GiB}, {@code TiB}.
 *
 * @param value the number of bytes, 0 or more
 */
public record Bytes(long value) implements Comparable<Bytes> {
    public static final Bytes ZERO = new Bytes(0);
    private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*(B|KiB|MiB|GiB|TiB)");

    public Bytes {
        if (value < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + value);
        }
    }

    public static Bytes ofKiB(long count) {
        return new Bytes(Math.multiplyExact(count, 1L << 10));
    }

    public static Bytes ofMiB(long count) {
        return new Bytes(Math.multiplyExact(count, 1L << 20));
    }

    public static Bytes ofGiB(long count) {
        return new Bytes(Math.multiplyExact(count, 1L << 30));
    }

    /**
     * Reads a size such as {@code 128MiB}.
     *
     * @throws IllegalArgumentException with a sentence for the user when the text is no size
     */
    public static Bytes parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size: write a whole number and a unit, for example 64KiB, 128MiB or 1GiB");
        }
        try {
            return new Bytes(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor(matcher.group(2))));
        } catch (ArithmeticException | NumberFormatException overflow) {
            throw new IllegalArgumentException("'" + text + "' is larger than any machine", overflow);
        }
    }

    private static long factor(String unit) {
        return switch (unit) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            default -> 1L;
        };
    }

    public Bytes plus(Bytes other) {
        return new Bytes(Math.addExact(value, other.value));
    }

    /** The whole mebibytes in this size, rounded up. */
    public long toMiB() {
        return (value + (1L << 20) - 1) >> 20;
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(value, other.value);
    }

    /** The form that {@link #parse} reads, in the largest unit that divides the size. */
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long rest = value;
        while (rest != 0 && rest % 1024 == 0 && unit < units.length - 1) {
            rest /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%d%s", rest, units[unit]);
    }
}
