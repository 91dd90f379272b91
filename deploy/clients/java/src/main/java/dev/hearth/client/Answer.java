package dev.hearth.client;

import java.net.http.HttpHeaders;

/** An answer of the node, read whole. */
record Answer(int status, HttpHeaders headers, Body content) {
    /** Bytes that are not copied. */
    static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    byte[] body() {
        return content.bytes;
    }

    boolean succeeded() {
        return status / 100 == 2;
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }
}
