package dev.hearth.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** The frames of docs/contracts.md as bytes: what the runtime writes. */
@SuppressWarnings("ByteBufferBackingArray") // every buffer is of frame(), which allocates it
final class Frames {
    static final int WELCOME = 2;
    static final int REFUSE = 3;
    static final int INIT = 4;
    static final int RUN = 6;
    static final int DATA = 8;
    static final int END = 9;
    static final int CREDIT = 10;

    static final int MIN_LENGTH = 9;
    static final int MAX_LENGTH = 65_536;
    static final int HEADER_BYTES = 4 + MIN_LENGTH;
    static final int DATA_BYTES = MAX_LENGTH - MIN_LENGTH;
    /** What a result's first frame can carry beside its longest content type and its figures. */
    static final int INLINE_BYTES = DATA_BYTES - 512;

    static final int COMPLETE = 0;
    static final int BROKEN_OFF = 1;

    private static final int HELLO = 1;
    private static final int INIT_RESULT = 5;
    private static final int RESULT = 7;
    private static final int LOG = 11;
    private static final byte MAJOR = 2;
    private static final byte MINOR = 1;
    private static final byte ROLE_RUNTIME = 1;
    private static final int TYPE_BYTES = 256;
    private static final int MESSAGE_BYTES = 8 * 1024;
    private static final int STACK_BYTES = 32 * 1024;

    private Frames() {}

    static byte[] hello(String runtime, String revision, long completed, Collection<Long> inFlight) {
        byte[] name = runtime.getBytes(StandardCharsets.UTF_8);
        byte[] held = revision.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = frame(HELLO, 0, 3 + 2 + name.length + 2 + held.length + 8 + 2 + 8 * inFlight.size());
        out.put(MAJOR).put(MINOR).put(ROLE_RUNTIME);
        string(out, name);
        string(out, held);
        out.putLong(completed).putShort((short) inFlight.size());
        inFlight.forEach(out::putLong);
        return out.array();
    }

    static byte[] credit(long number, int taken) {
        return frame(CREDIT, number, 4).putInt(taken).array();
    }

    static byte[] end(long number, int status) {
        return frame(END, number, 1).put((byte) status).array();
    }

    static byte[] data(long number, byte[] body, int from, int size) {
        return frame(DATA, number, size).put(body, from, size).array();
    }

    /** Lines of a call, or a piece of one. */
    static byte[] log(long number, int stream, long micros, byte[] lines) {
        return frame(LOG, number, 1 + 8 + lines.length)
                .put((byte) stream)
                .putLong(micros)
                .put(lines)
                .array();
    }

    static byte[] loaded() {
        return failure(INIT_RESULT, 0, new byte[] {0}, new Failure("", "", ""));
    }

    static byte[] notLoaded(Failure failure) {
        return failure(INIT_RESULT, 0, new byte[] {1}, failure);
    }

    static byte[] failed(long number, int status, int detail, Failure failure) {
        return failure(RESULT, number, new byte[] {(byte) status, (byte) detail}, failure);
    }

    /** A good result with the first {@code size} bytes of its body, which are all of them unless {@code more} follow. */
    static byte[] result(long number, Payload.Body body, int size, boolean more) {
        byte[] type = body.contentType().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = frame(RESULT, number, 1 + 2 + type.length + 8 + 1 + size);
        out.put((byte) 0);
        string(out, type);
        out.putLong(body.bytes().length).put((byte) (more ? 1 : 0));
        return out.put(body.bytes(), 0, size).array();
    }

    private static byte[] failure(int kind, long number, byte[] head, Failure failure) {
        byte[] type = cut(failure.type(), TYPE_BYTES);
        byte[] message = cut(failure.message(), MESSAGE_BYTES);
        byte[] stack = cut(failure.stack(), STACK_BYTES);
        ByteBuffer out = frame(kind, number, head.length + 6 + type.length + message.length + stack.length);
        out.put(head);
        string(out, type);
        string(out, message);
        string(out, stack);
        return out.array();
    }

    private static ByteBuffer frame(int kind, long number, int size) {
        return ByteBuffer.allocate(HEADER_BYTES + size)
                .putInt(MIN_LENGTH + size)
                .put((byte) kind)
                .putLong(number);
    }

    private static void string(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    /** UTF-8 of at most {@code limit} bytes, cut between characters. */
    static byte[] cut(String text, int limit) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= limit) {
            return bytes;
        }
        int stop = limit;
        while (stop > 0 && (bytes[stop] & 0xc0) == 0x80) {
            stop--;
        }
        return Arrays.copyOf(bytes, stop);
    }
}
