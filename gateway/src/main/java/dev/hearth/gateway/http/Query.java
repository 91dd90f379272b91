package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Durations;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The parameters of a request that takes only some: an unknown one and one that comes twice are refused by name. */
public final class Query {
    private static final int DIGITS = 9;
    private final MultiMap parameters;

    private Query(MultiMap parameters) {
        this.parameters = parameters;
    }

    /**
     * Checks the names.
     *
     * @throws HearthException INVALID_REQUEST
     */
    public static Query of(MultiMap parameters, String... known) {
        TreeSet<String> names = new TreeSet<>(List.of(known));
        for (String name : parameters.names()) {
            if (!names.contains(name)) {
                throw refused("unknown query parameter " + shown(name) + ": "
                        + (names.isEmpty() ? "this takes none" : "this takes only " + String.join(", ", names)));
            }
            once(parameters, name);
        }
        return new Query(parameters);
    }

    private static void once(MultiMap parameters, String name) {
        int times = parameters.getAll(name).size();
        if (times > 1) {
            throw refused("the query has " + name + " " + times + " times: give it once");
        }
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Whether it is {@code true}; {@code false} when it is not there. */
    public boolean flag(String name) {
        String text = parameters.get(name);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw refused(name + " is " + shown(text) + ", must be true or false");
        }
        return "true".equals(text);
    }

    /** A whole number within these bounds. */
    public int whole(String name, int otherwise, int least, int most) {
        String text = parameters.get(name);
        if (text == null) {
            return otherwise;
        }
        boolean digits =
                !text.isEmpty() && text.length() <= DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = digits ? Integer.parseInt(text) : -1;
        if (value < least || value > most) {
            throw refused(name + " is " + shown(text) + ", must be " + least + " to " + most + ", for example "
                    + Math.min(most, 100));
        }
        return value;
    }

    /** A duration up to this; {@code limit} names the setting that says so. */
    public Optional<Duration> duration(String name, Duration most, String limit) {
        return duration(parameters, name, most, limit);
    }

    /** The same of parameters that somebody else checks. */
    static Optional<Duration> duration(MultiMap parameters, String name, Duration most, String limit) {
        String text = parameters.get(name);
        if (text == null) {
            return Optional.empty();
        }
        Duration value;
        try {
            value = Durations.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw refused(name + ": " + wrong.getMessage());
        }
        if (value.compareTo(most) > 0) {
            throw refused(name + " is " + shown(text) + ", at most " + Durations.format(most) + " (" + limit + ")");
        }
        return Optional.of(value);
    }

    private static HearthException refused(String message) {
        return new HearthException(ErrorCode.INVALID_REQUEST, message);
    }

    static String shown(String text) {
        return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
    }
}
