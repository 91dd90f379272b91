package dev.hearth.common.config;

import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The type of a setting's value: how it is read, written and compared.
 *
 * @param name for people: {@code duration}, {@code size}...
 * @param parse throws IllegalArgumentException with a sentence when the text is no such value
 * @param format the form that parse reads; for a secret, what may be shown of it
 * @param order for ranges
 */
public record Kind<T>(String name, Function<String, T> parse, Function<T, String> format, Comparator<T> order) {
    private static final Pattern DECIMAL_FORM = Pattern.compile("\\d{1,12}(\\.\\d{1,18})?");

    static final Kind<Duration> DURATION =
            new Kind<>("duration", Durations::parse, Durations::format, Comparator.<Duration>naturalOrder());
    static final Kind<Bytes> SIZE = new Kind<>("size", Bytes::parse, Bytes::toString, Comparator.<Bytes>naturalOrder());
    static final Kind<Integer> WHOLE =
            new Kind<>("whole number", Kind::whole, String::valueOf, Comparator.<Integer>naturalOrder());
    static final Kind<BigDecimal> DECIMAL = new Kind<>(
            "decimal number", Kind::decimal, BigDecimal::toPlainString, Comparator.<BigDecimal>naturalOrder());
    static final Kind<Boolean> FLAG =
            new Kind<>("true or false", Kind::flag, String::valueOf, Comparator.<Boolean>naturalOrder());
    static final Kind<String> TEXT = new Kind<>("text", Kind::text, text -> text, Comparator.<String>naturalOrder());
    /** Text that nobody is shown: a value that is written down again says only that it was set. */
    static final Kind<String> SECRET = new Kind<>(
            "secret text", Kind::text, text -> text.isEmpty() ? "" : "(not shown)", Comparator.<String>naturalOrder());

    static final Kind<Path> PATH = new Kind<>("path", Kind::path, Path::toString, Comparator.<Path>naturalOrder());
    static final Kind<List<String>> LIST = new Kind<>(
            "list, by commas", Kind::list, values -> String.join(",", values), Comparator.comparingInt(List::size));

    static Kind<String> oneOf(List<String> names) {
        return checked(String.join(" | ", names), names::contains, "none of: " + String.join(", ", names));
    }

    /** Text of a form; the name says which. */
    static Kind<String> matching(String name, Pattern form) {
        return checked(name, text -> form.matcher(text).matches(), "not " + name);
    }

    private static Kind<String> checked(String name, Predicate<String> allowed, String otherwise) {
        Function<String, String> parse = text -> {
            if (!allowed.test(text)) {
                throw new IllegalArgumentException("'" + text + "' is " + otherwise);
            }
            return text;
        };
        return new Kind<>(name, parse, text -> text, Comparator.<String>naturalOrder());
    }

    private static int whole(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number of at most 2147483647", e);
        }
    }

    private static BigDecimal decimal(String text) {
        if (!DECIMAL_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a decimal number like 0.0000167: up to 12 digits before the point and 18 behind it");
        }
        return new BigDecimal(text);
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static String text(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the value is empty");
        }
        return text;
    }

    private static Path path(String text) {
        try {
            return Path.of(text(text)).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path", e);
        }
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }
}
