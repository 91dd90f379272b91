package dev.hearth.runtime;

import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a function was registered with for its constructor.
 *
 * @param value as events are read; null where there is none
 */
record InitValue(@Nullable Object value) {
    static InitValue of(String json) throws LoadFailure {
        if (json.isEmpty()) {
            return new InitValue(null);
        }
        try {
            return new InitValue(Payload.json(json.getBytes(StandardCharsets.UTF_8)));
        } catch (Unacceptable e) {
            throw LoadFailure.invalidInit("the function's init cannot be read: " + e.getMessage());
        }
    }

    /**
     * An object of the class: by the constructor that takes the value, where there is one; the elements of an array as as
     * many parameters before the array as one. Else by the one without parameters.
     */
    Object construct(Class<?> type) throws ReflectiveOperationException, LoadFailure {
        Optional<Made> taking = value == null
                ? Optional.empty()
                : (value instanceof List<?> list ? taking(type, list.toArray()) : Optional.<Made>empty())
                        .or(() -> taking(type, new @Nullable Object[] {value}));
        Optional<Made> made = taking.or(() -> taking(type, new @Nullable Object[0]));
        if (made.isEmpty()) {
            throw LoadFailure.handlerNotFound(type.getName() + " has no constructor "
                    + (value != null
                            ? "that takes the function's init, which is " + Values.kind(value) + ", and none "
                            : "")
                    + "without parameters, so its handler must be static");
        }
        Constructor<?> constructor = made.get().constructor();
        constructor.setAccessible(true);
        return constructor.newInstance(made.get().arguments());
    }

    private static Optional<Made> taking(Class<?> type, @Nullable Object[] values) {
        return Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> constructor.getParameterCount() == values.length)
                .flatMap(constructor -> arguments(constructor, values).stream())
                .findFirst();
    }

    private static Optional<Made> arguments(Constructor<?> constructor, @Nullable Object[] values) {
        Class<?>[] types = constructor.getParameterTypes();
        @Nullable Object[] arguments = new @Nullable Object[values.length];
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value == null && types[i].isPrimitive()) {
                return Optional.empty();
            }
            if (value != null) {
                Optional<Object> fitting = Values.as(types[i], value);
                if (fitting.isEmpty()) {
                    return Optional.empty();
                }
                arguments[i] = fitting.get();
            }
        }
        return Optional.of(new Made(constructor, arguments));
    }

    /** A constructor with what it is to be given. */
    @SuppressWarnings("ArrayRecordComponent") // of one caller, at once
    private record Made(
            Constructor<?> constructor, @Nullable Object[] arguments) {}
}
