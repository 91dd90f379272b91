package dev.hearth.common.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** Writes the fields of a message, big-endian, strings and lists with their length in front. */
final class BusWriter {
    private final Buffer out;

    BusWriter(Buffer out) {
        this.out = out;
    }

    BusWriter u8(int value) {
        out.appendByte((byte) value);
        return this;
    }

    BusWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    BusWriter i32(int value) {
        out.appendInt(value);
        return this;
    }

    BusWriter i64(long value) {
        out.appendLong(value);
        return this;
    }

    BusWriter f64(double value) {
        out.appendDouble(value);
        return this;
    }

    BusWriter text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.appendInt(bytes.length).appendBytes(bytes);
        return this;
    }

    BusWriter bytes(Buffer value) {
        out.appendInt(value.length()).appendBuffer(value);
        return this;
    }

    // The version byte of the codec fences the order of constants: both sides run the same one.
    @SuppressWarnings("EnumOrdinal")
    BusWriter constant(Enum<?> value) {
        return u8(value.ordinal());
    }

    <T> BusWriter list(Collection<T> values, Consumer<T> each) {
        out.appendInt(values.size());
        values.forEach(each);
        return this;
    }

    <K, V> BusWriter map(Map<K, V> values, Consumer<Map.Entry<K, V>> each) {
        return list(values.entrySet(), each);
    }
}
