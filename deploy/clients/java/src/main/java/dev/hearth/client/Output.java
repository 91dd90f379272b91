package dev.hearth.client;

import java.nio.charset.StandardCharsets;

/** What a function returned. */
public final class Output {
    private final byte[] bytes;
    private final String contentType;

    Output(byte[] bytes, String contentType) {
        this.bytes = bytes;
        this.contentType = contentType;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** As the function or its kind of value says; may be empty. */
    public String contentType() {
        return contentType;
    }

    @Override
    public String toString() {
        return bytes.length + " bytes of " + (contentType.isEmpty() ? "no type" : contentType);
    }
}
