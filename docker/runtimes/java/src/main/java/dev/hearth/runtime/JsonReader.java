package dev.hearth.runtime;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one JSON value, strictly after RFC 8259, as Map, List, String, Integer, Long, BigInteger, Double, BigDecimal, Boolean or null. */
final class JsonReader {
    /** Far above what data has, far below what a thread's stack holds. */
    static final int MOST_DEPTH = 1_000;

    private static final int SHOWN = 20;
    /** Digits that a long holds whatever they are. */
    private static final int LONG_DIGITS = 18;

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text) {
        this.text = text;
    }

    /** The value that is all of the text. */
    @Nullable
    Object read() throws NotJson {
        Object value = value();
        space();
        if (at < text.length()) {
            throw wrong("something after the value");
        }
        return value;
    }

    private @Nullable Object value() throws NotJson {
        space();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object() throws NotJson {
        enter();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (!closes('}')) {
            do {
                space();
                if (peek() != '"') {
                    throw wrong("a name in double quotes is missing");
                }
                String name = string();
                space();
                expect(':');
                members.put(name, value());
            } while (continues('}'));
        }
        depth--;
        return members;
    }

    private List<@Nullable Object> array() throws NotJson {
        enter();
        List<@Nullable Object> elements = new ArrayList<>();
        if (!closes(']')) {
            do {
                elements.add(value());
            } while (continues(']'));
        }
        depth--;
        return elements;
    }

    private void enter() throws NotJson {
        at++;
        if (++depth > MOST_DEPTH) {
            throw wrong("nested deeper than " + MOST_DEPTH);
        }
    }

    private boolean closes(char end) throws NotJson {
        space();
        if (peek() != end) {
            return false;
        }
        at++;
        return true;
    }

    private boolean continues(char end) throws NotJson {
        space();
        char next = peek();
        if (next != ',' && next != end) {
            throw wrong("',' or '" + end + "' is missing");
        }
        at++;
        return next == ',';
    }

    private String string() throws NotJson {
        at++;
        int from = at;
        StringBuilder built = null;
        while (true) {
            char c = peek();
            if (c == '"') {
                String tail = text.substring(from, at++);
                return built == null ? tail : built.append(tail).toString();
            }
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
            if (c != '\\') {
                at++;
                continue;
            }
            built = built == null ? new StringBuilder() : built;
            built.append(text, from, at);
            at++;
            built.append(escaped());
            from = at;
        }
    }

    private char escaped() throws NotJson {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw wrong("an unknown escape");
            }
        };
    }

    private char unicode() throws NotJson {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw wrong("four hexadecimal digits are missing");
            }
            value = 16 * value + digit;
            at++;
        }
        return (char) value;
    }

    private @Nullable Object word(String word, @Nullable Object value) throws NotJson {
        if (!text.startsWith(word, at)) {
            throw wrong("no JSON value");
        }
        at += word.length();
        return value;
    }

    private Number number() throws NotJson {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (at < text.length() && text.charAt(at) == '.') {
            whole = false;
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            whole = false;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        String number = text.substring(from, at);
        return whole ? whole(number) : fraction(number);
    }

    private void digits() throws NotJson {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == from) {
            peek();
            throw wrong("no JSON value");
        }
    }

    private static Number whole(String number) {
        if (number.length() > LONG_DIGITS) {
            BigInteger big = new BigInteger(number);
            return big.bitLength() < Long.SIZE ? (Number) big.longValue() : big;
        }
        long value = Long.parseLong(number);
        // Not by the conditional operator, which would make a long of both.
        if (value == (int) value) {
            return (int) value;
        }
        return value;
    }

    private static Number fraction(String number) {
        double value = Double.parseDouble(number);
        return Double.isInfinite(value) ? (Number) new BigDecimal(number) : value;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char wanted) throws NotJson {
        if (peek() != wanted) {
            throw wrong("'" + wanted + "' is missing");
        }
        at++;
    }

    private char peek() throws NotJson {
        if (at >= text.length()) {
            throw new NotJson("it ends too early, at character " + at);
        }
        return text.charAt(at);
    }

    private NotJson wrong(String what) {
        String rest = text.substring(at, Math.min(text.length(), at + SHOWN));
        return new NotJson(what + " at character " + at + (rest.isEmpty() ? "" : ": " + rest));
    }

    /** The text is not JSON. */
    static final class NotJson extends Exception {
        NotJson(String message) {
            super(message);
        }
    }
}
