package dev.hearth.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One call from its first frame to the last one of its result, bound to the connection that it came by. */
final class Call {
    final long number;
    final Fields.RunHead head;
    /** Credit for the result. */
    final Window window;

    private final Connection connection;
    private final int creditAfter;
    private final ByteArrayOutputStream event = new ByteArrayOutputStream();
    private int taken;
    private @Nullable CallScope scope;

    /**
     * @param window bytes under way that the invoker allows
     * @param creditPart the part of it after which credit is granted: few frames, and the sender never waits
     */
    Call(long number, Fields.RunHead head, Connection connection, int window, int creditPart) {
        this.number = number;
        this.head = head;
        this.connection = connection;
        this.window = new Window(window);
        this.creditAfter = window / creditPart;
    }

    /** What it has for itself beside others; nothing when it runs alone. */
    @Nullable
    CallScope scope() {
        return scope;
    }

    /** It runs beside others, on this thread. */
    CallScope runsBesideOthers() {
        CallScope own = new CallScope(connection, number);
        scope = own;
        own.enter();
        return own;
    }

    void add(byte[] part) {
        event.writeBytes(part);
        taken += part.length;
    }

    /** As {@link #add}, and lets the sender go on when a part of the window has been taken. */
    void take(byte[] part) throws IOException {
        add(part);
        if (taken >= creditAfter) {
            connection.write(Frames.credit(number, taken));
            taken = 0;
        }
    }

    byte[] event() {
        return event.toByteArray();
    }

    void fail(int status, int detail, Failure failure) throws IOException {
        connection.write(Frames.failed(number, status, detail, failure));
    }

    void answer(Payload.Body body) throws IOException {
        byte[] bytes = body.bytes();
        if (bytes.length <= Frames.INLINE_BYTES) {
            connection.write(Frames.result(number, body, bytes.length, false));
            return;
        }
        int sent = window.take(Frames.INLINE_BYTES);
        connection.write(Frames.result(number, body, sent, true));
        while (sent < bytes.length) {
            int size = window.take(Math.min(Frames.DATA_BYTES, bytes.length - sent));
            if (size == 0) {
                connection.write(Frames.end(number, Frames.BROKEN_OFF));
                return;
            }
            connection.write(Frames.data(number, bytes, sent, size));
            sent += size;
        }
        connection.write(Frames.end(number, Frames.COMPLETE));
    }
}
