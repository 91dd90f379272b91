package dev.hearth.invoker.sidechannel;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Layout of a frame and the type numbers of docs/contracts.md. */
final class Frame {
    static final int HELLO = 1;
    static final int WELCOME = 2;
    static final int REFUSE = 3;
    static final int INIT = 4;
    static final int INIT_RESULT = 5;
    static final int RUN = 6;
    static final int RESULT = 7;
    static final int DATA = 8;
    static final int END = 9;
    static final int CREDIT = 10;
    static final int LOG = 11;
    static final int RETIRE = 12;
    static final int KILL = 13;
    static final int EXIT = 14;
    static final int STAT = 15;
    static final int STATUS = 16;

    static final int MAJOR = 2;
    static final int MINOR = 1;

    /** Type byte and id, which {@code length} counts. */
    static final int FIXED = 9;

    /** Length field, type byte and id. */
    static final int HEADER = 4 + FIXED;

    /** Largest value of the length field. */
    static final int MAX_LENGTH = 65_536;

    private static final int MAX_TEXT = 65_535;

    private Frame() {}

    /** A frame without payload, or the start of one whose length is set by {@link #seal}. */
    static Buffer open(int type, long id, int expectedPayload) {
        return Buffer.buffer(HEADER + expectedPayload)
                .appendInt(FIXED)
                .appendByte((byte) type)
                .appendLong(id);
    }

    static Buffer seal(Buffer frame) {
        int length = frame.length() - 4;
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("frame of " + length + " bytes");
        }
        return frame.setInt(0, length);
    }

    static Buffer text(Buffer frame, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT) {
            throw new IllegalArgumentException("text of " + bytes.length + " bytes in a frame");
        }
        return frame.appendUnsignedShort(bytes.length).appendBytes(bytes);
    }
}
