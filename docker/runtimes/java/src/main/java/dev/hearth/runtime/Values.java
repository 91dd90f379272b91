package dev.hearth.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of events and of init as the parameters of a function's code. */
final class Values {
    private Values() {}

    /** The value as that type, where it is of it or nothing is lost; else nothing. */
    static Optional<Object> as(Class<?> type, @Nullable Object value) {
        if (type.isInstance(value) || (type == boolean.class && value instanceof Boolean)) {
            return Optional.ofNullable(value);
        }
        return value instanceof Number number ? widened(type, number) : Optional.empty();
    }

    private static Optional<Object> widened(Class<?> type, Number number) {
        boolean small = number instanceof Integer;
        boolean whole = small || number instanceof Long;
        if (small && type == int.class) {
            return Optional.of(number);
        }
        if (whole && (type == long.class || type == Long.class)) {
            return Optional.of(number.longValue());
        }
        boolean exact = small || number instanceof Double;
        return exact && (type == double.class || type == Double.class)
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }

    static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "empty";
            case Map<?, ?> map -> "a JSON object";
            case List<?> list -> "a JSON array";
            case String text -> "a text";
            case Number number -> "a number";
            case Boolean flag -> "true or false";
            default -> "bytes";
        };
    }
}
