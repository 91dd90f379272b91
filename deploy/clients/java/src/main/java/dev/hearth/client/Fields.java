package dev.hearth.client;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object of the node, read leniently: what is missing or null is empty. */
final class Fields {
    private final Map<String, @Nullable Object> members;

    private Fields(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    /** Throws a JsonException where the text is no object. */
    static Fields parse(byte[] json) {
        return of(JsonReader.read(new String(json, StandardCharsets.UTF_8)))
                .orElseThrow(() -> new JsonException("the answer is no JSON object"));
    }

    /** The same of an answer; one of something that is no node is told as such. */
    static Fields in(Answer answer) {
        try {
            return parse(answer.body());
        } catch (JsonException notOurs) {
            throw Errors.strange(answer);
        }
    }

    private static Optional<Fields> of(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        map.forEach((name, member) -> members.put(String.valueOf(name), member));
        return Optional.of(new Fields(members));
    }

    /** Empty when it is not there or no string. */
    String text(String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    /** Zero when it is not there or no number. */
    long whole(String name) {
        return members.get(name) instanceof Number number ? number.longValue() : 0;
    }

    double fraction(String name) {
        return members.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(members.get(name));
    }

    Optional<Instant> instant(String name) {
        String text = text(name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException wrong) {
            return Optional.empty();
        }
    }

    Optional<Fields> object(String name) {
        return of(members.get(name));
    }

    List<Fields> objects(String name) {
        List<Fields> all = new ArrayList<>();
        values(name).forEach(value -> of(value).ifPresent(all::add));
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (Object value : values(name)) {
            if (value instanceof String text) {
                all.add(text);
            }
        }
        return all;
    }

    private Iterable<?> values(String name) {
        return members.get(name) instanceof List<?> list ? list : List.of();
    }
}
