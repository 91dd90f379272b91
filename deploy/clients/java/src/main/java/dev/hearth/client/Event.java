package dev.hearth.client;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a function is called with. */
public final class Event {
    private final byte[] bytes;
    private final String contentType;

    private Event(byte[] bytes, String contentType) {
        this.bytes = bytes;
        this.contentType = contentType;
    }

    /** JSON, which the function gets as a value. */
    public static Event json(String json) {
        return of("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Maps, iterables, strings, numbers, booleans and null, which the function gets as such. */
    public static Event value(@Nullable Object value) {
        return json(JsonWriter.write(value));
    }

    /** Text, which the function gets as a string. */
    public static Event text(String text) {
        return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static Event bytes(byte[] bytes) {
        return of("application/octet-stream", bytes);
    }

    /** Nothing: the function gets None or null. */
    public static Event none() {
        return of("", new byte[0]);
    }

    public static Event of(String contentType, byte[] bytes) {
        return new Event(bytes.clone(), contentType);
    }

    byte[] content() {
        return bytes;
    }

    String contentType() {
        return contentType;
    }
}
