package dev.hearth.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) into maps, lists, strings, {@code Long} or {@code Double}, {@code Boolean} and null, to a bounded
 * depth.
 */
final class JsonReader {
    private static final int DEPTH = 64;
    private static final int END = -1;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The one value that the text holds; throws a JsonException where it holds anything else. */
    static @Nullable Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        if (reader.next() != END) {
            throw reader.wrong("something behind the value");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEPTH) {
            throw wrong("more than " + DEPTH + " values in each other");
        }
        return switch (next()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    /** The next character that is no blank, which stays where it is. */
    private int next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : END;
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        if (taken('}')) {
            return members;
        }
        do {
            if (next() != '"') {
                throw wrong("no name of a member");
            }
            String name = string();
            if (!taken(':')) {
                throw wrong("no ':' behind a name");
            }
            members.put(name, value(depth + 1));
        } while (taken(','));
        if (!taken('}')) {
            throw wrong("an object without end");
        }
        return members;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> values = new ArrayList<>();
        at++;
        if (taken(']')) {
            return values;
        }
        do {
            values.add(value(depth + 1));
        } while (taken(','));
        if (!taken(']')) {
            throw wrong("an array without end");
        }
        return values;
    }

    private boolean taken(char sign) {
        boolean there = next() == sign;
        if (there) {
            at++;
        }
        return there;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("no value");
        }
        at += word.length();
        return value;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            char c = taken();
            if (c == '"') {
                return out.toString();
            } else if (c == '\\') {
                out.append(escaped());
            } else if (c < ' ') {
                throw wrong("a control character in a string");
            } else {
                out.append(c);
            }
        }
    }

    private char taken() {
        if (at >= text.length()) {
            throw wrong("a string without end");
        }
        return text.charAt(at++);
    }

    private char escaped() {
        char c = taken();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(taken(), 16);
            if (digit < 0) {
                throw wrong("an escape without four digits");
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw wrong("no value");
        }
        try {
            return Long.valueOf(number);
        } catch (NumberFormatException fractionOrLarge) {
            return Double.valueOf(number);
        }
    }

    private JsonException wrong(String what) {
        return new JsonException("not JSON: " + what + " at character " + at);
    }
}
