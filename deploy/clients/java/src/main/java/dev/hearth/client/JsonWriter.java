package dev.hearth.client;

import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, iterables, strings, numbers, booleans and null as JSON, to a bounded depth. */
final class JsonWriter {
    private static final int DEPTH = 64;

    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /** Throws a JsonException for a value of any other type. */
    static String write(@Nullable Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, 0);
        return writer.out.toString();
    }

    private void value(@Nullable Object value, int depth) {
        if (depth > DEPTH) {
            throw new JsonException("more than " + DEPTH + " values in each other");
        }
        switch (value) {
            case null -> out.append("null");
            case String text -> string(text);
            case Boolean flag -> out.append(flag);
            case Number number -> number(number);
            case Map<?, ?> members -> object(members, depth);
            case Iterable<?> values -> array(values, depth);
            default -> throw new JsonException(value.getClass().getName() + " cannot be written as JSON");
        }
    }

    private void number(Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new JsonException(number + " is no number of JSON");
        }
        out.append(number);
    }

    private void object(Map<?, ?> members, int depth) {
        out.append('{');
        String between = "";
        for (Map.Entry<?, ?> member : members.entrySet()) {
            out.append(between);
            string(String.valueOf(member.getKey()));
            out.append(':');
            value(member.getValue(), depth + 1);
            between = ",";
        }
        out.append('}');
    }

    private void array(Iterable<?> values, int depth) {
        out.append('[');
        String between = "";
        for (Object value : values) {
            out.append(between);
            value(value, depth + 1);
            between = ",";
        }
        out.append(']');
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // A lone half of a character would become a question mark in UTF-8.
                    if (c < ' ' || Character.isSurrogate(c)) {
                        out.append("\\u").append(HexFormat.of().toHexDigits(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
