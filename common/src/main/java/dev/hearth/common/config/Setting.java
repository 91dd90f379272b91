package dev.hearth.common.config;

import dev.hearth.common.units.Bytes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One key of the configuration, declared once.
 *
 * @param name lower case, dots between concerns: {@code invoker.memory}
 * @param kind type of the value
 * @param fallback the default; empty when it is computed at boot
 * @param fallbackText the default for people: the value, or how it is computed
 * @param range least and most, both allowed
 * @param meaning one sentence
 * @param tier how likely it is to be set
 * @param alias another environment variable that sets it, after the one made from the name; may be empty
 * @param idea paper or system that it was taken from; may be empty
 */
public record Setting<T>(
        String name,
        Kind<T> kind,
        Optional<T> fallback,
        String fallbackText,
        Optional<Range<T>> range,
        String meaning,
        Tier tier,
        String alias,
        String idea) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");

    public Setting {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a name of a setting");
        }
        range.ifPresent(bounds -> fallback.ifPresent(value -> bounds.check(kind, value)));
    }

    /** The values that are allowed, both ends included. */
    public record Range<T>(T least, T most) {
        void check(Kind<T> kind, T value) {
            if (kind.order().compare(value, least) < 0 || kind.order().compare(value, most) > 0) {
                throw new IllegalArgumentException(kind.format().apply(value) + " is out of range: allowed are "
                        + kind.format().apply(least) + " to " + kind.format().apply(most));
            }
        }
    }

    public static Declaration<Duration> duration(String name) {
        return new Declaration<>(name, Kind.DURATION);
    }

    public static Declaration<Bytes> size(String name) {
        return new Declaration<>(name, Kind.SIZE);
    }

    public static Declaration<Integer> whole(String name) {
        return new Declaration<>(name, Kind.WHOLE);
    }

    public static Declaration<BigDecimal> decimal(String name) {
        return new Declaration<>(name, Kind.DECIMAL);
    }

    public static Declaration<Boolean> flag(String name) {
        return new Declaration<>(name, Kind.FLAG);
    }

    public static Declaration<String> text(String name) {
        return new Declaration<>(name, Kind.TEXT);
    }

    /** Text that is shown nowhere. */
    public static Declaration<String> secret(String name) {
        return new Declaration<>(name, Kind.SECRET);
    }

    public static Declaration<Path> path(String name) {
        return new Declaration<>(name, Kind.PATH);
    }

    public static Declaration<List<String>> list(String name) {
        return new Declaration<>(name, Kind.LIST);
    }

    /** One of some names, such as those of policies. */
    public static Declaration<String> oneOf(String name, List<String> names) {
        return new Declaration<>(name, Kind.oneOf(names));
    }

    /** Text of a form that is described for people. */
    public static Declaration<String> matching(String name, String description, Pattern form) {
        return new Declaration<>(name, Kind.matching(description, form));
    }

    /** The environment variable that sets it: {@code HEARTH_INVOKER_MEMORY} for {@code invoker.memory}. */
    public String variable() {
        return "HEARTH_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** What is allowed, for people: the range, or the kind alone. */
    public String allowed() {
        return range.map(bounds -> kind.name() + ", " + kind.format().apply(bounds.least()) + " to "
                        + kind.format().apply(bounds.most()))
                .orElse(kind.name());
    }

    T parse(String text) {
        T value = kind.parse().apply(text);
        check(value);
        return value;
    }

    void check(T value) {
        range.ifPresent(bounds -> bounds.check(kind, value));
    }

    @Override
    public String toString() {
        return name;
    }
}
