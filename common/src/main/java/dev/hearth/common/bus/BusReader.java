package dev.hearth.common.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads what {@link BusWriter} wrote; lengths are checked against what is there before anything is made. */
final class BusReader {
    private final Buffer in;
    private int at;

    BusReader(Buffer in, int from) {
        this.in = in;
        this.at = from;
    }

    int u8() {
        return in.getUnsignedByte(take(1));
    }

    boolean flag() {
        return u8() != 0;
    }

    int i32() {
        return in.getInt(take(4));
    }

    long i64() {
        return in.getLong(take(8));
    }

    double f64() {
        return in.getDouble(take(8));
    }

    String text() {
        int length = i32();
        int start = take(length);
        return new String(in.getBytes(start, start + length), StandardCharsets.UTF_8);
    }

    Buffer bytes() {
        int length = i32();
        int start = take(length);
        return in.getBuffer(start, start + length);
    }

    <E extends Enum<E>> E constant(Class<E> type) {
        E[] values = type.getEnumConstants();
        int ordinal = u8();
        if (ordinal >= values.length) {
            throw new IllegalArgumentException(type.getSimpleName() + " has no value " + ordinal);
        }
        return values[ordinal];
    }

    <T> List<T> list(Supplier<T> each) {
        int count = count();
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(each.get());
        }
        return values;
    }

    <K, V> Map<K, V> map(Supplier<K> key, Supplier<V> value) {
        int count = count();
        Map<K, V> values = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            K k = key.get();
            values.put(k, value.get());
        }
        return values;
    }

    private int count() {
        int count = i32();
        if (count < 0 || count > in.length() - at) {
            throw new IllegalArgumentException("a list of " + count + " in " + (in.length() - at) + " bytes");
        }
        return count;
    }

    private int take(int length) {
        if (length < 0 || length > in.length() - at) {
            throw new IllegalArgumentException("message too short: " + length + " bytes wanted at " + at);
        }
        int start = at;
        at += length;
        return start;
    }
}
