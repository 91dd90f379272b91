package dev.hearth.runtime;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes what a function returned as JSON: null, texts, numbers, booleans, enums, maps, iterables, arrays, records, Optional. */
final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private JsonWriter() {}

    static String write(@Nullable Object value) throws NoJsonForm {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.out.toString();
    }

    private void value(@Nullable Object value) throws NoJsonForm {
        switch (value) {
            case null -> out.append("null");
            case CharSequence text -> text(text);
            case Character text -> text(text.toString());
            case Boolean flag -> out.append(flag.booleanValue());
            case Number number -> number(number);
            case Enum<?> constant -> text(constant.name());
            case Optional<?> optional -> value(optional.orElse(null));
            default -> nested(value);
        }
    }

    private void nested(Object value) throws NoJsonForm {
        if (++depth > JsonReader.MOST_DEPTH) {
            throw new NoJsonForm("it is circular, or nested deeper than " + JsonReader.MOST_DEPTH);
        }
        switch (value) {
            case Map<?, ?> map -> object(map);
            case Iterable<?> elements -> elements(elements);
            case Record fields -> fields(fields);
            default -> array(value);
        }
        depth--;
    }

    private void number(Number number) throws NoJsonForm {
        boolean known = number instanceof Integer
                || number instanceof Long
                || number instanceof Double
                || number instanceof Float
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger
                || number instanceof BigDecimal;
        if (!known) {
            throw new NoJsonForm(number.getClass().getName() + " has no JSON form");
        }
        double value = number.doubleValue();
        if ((number instanceof Double || number instanceof Float) && !Double.isFinite(value)) {
            throw new NoJsonForm(value + " is not JSON");
        }
        out.append(number);
    }

    private void object(Map<?, ?> map) throws NoJsonForm {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(before);
            before = ',';
            name(entry.getKey());
            value(entry.getValue());
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private void name(@Nullable Object key) throws NoJsonForm {
        switch (key) {
            case CharSequence text -> text(text);
            case Enum<?> constant -> text(constant.name());
            case Number number -> text(number.toString());
            case Boolean flag -> text(flag.toString());
            case null, default -> throw new NoJsonForm("a map has a key that is no text: " + key);
        }
        out.append(':');
    }

    private void elements(Iterable<?> elements) throws NoJsonForm {
        char before = '[';
        for (Object element : elements) {
            out.append(before);
            before = ',';
            value(element);
        }
        out.append(before == '[' ? "[]" : "]");
    }

    private void array(Object value) throws NoJsonForm {
        if (!value.getClass().isArray()) {
            throw new NoJsonForm(value.getClass().getName() + " has no JSON form");
        }
        int length = Array.getLength(value);
        out.append('[');
        for (int i = 0; i < length; i++) {
            if (i > 0) {
                out.append(',');
            }
            value(Array.get(value, i));
        }
        out.append(']');
    }

    private void fields(Record fields) throws NoJsonForm {
        char before = '{';
        for (RecordComponent component : fields.getClass().getRecordComponents()) {
            out.append(before);
            before = ',';
            text(component.getName());
            out.append(':');
            value(field(fields, component.getAccessor()));
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static @Nullable Object field(Record fields, Method accessor) throws NoJsonForm {
        try {
            accessor.setAccessible(true);
            return accessor.invoke(fields);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new NoJsonForm(accessor.getName() + " of " + fields.getClass().getName() + " cannot be read: " + e);
        }
    }

    private void text(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || loneSurrogate(text, i)) {
                escape(c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(HEX.charAt((c >> shift) & 0xf));
                }
            }
        }
    }

    /** Half a character, which UTF-8 cannot hold. */
    private static boolean loneSurrogate(CharSequence text, int at) {
        char c = text.charAt(at);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        return Character.isHighSurrogate(c)
                ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
                : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
    }

    /** A value that JSON cannot say. */
    static final class NoJsonForm extends Exception {
        NoJsonForm(String message) {
            super(message);
        }
    }
}
