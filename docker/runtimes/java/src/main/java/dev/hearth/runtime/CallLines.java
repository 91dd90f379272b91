package dev.hearth.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What one of several calls prints to a stream: whole lines of it go to the invoker under the call's number. */
final class CallLines {
    /** A longer line goes in pieces. */
    private static final int LINE_BYTES = 32 * 1024;

    private final Connection connection;
    private final long number;
    private final int stream;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(256);
    private long firstMicros;
    private boolean closed;

    /** @param stream 1 for standard output, 2 for standard error */
    CallLines(Connection connection, long number, int stream) {
        this.connection = connection;
        this.number = number;
        this.stream = stream;
    }

    /** False when nothing more of the call can be sent: the lines are the container's own then. */
    synchronized boolean take(byte[] bytes, int from, int size) {
        int at = from;
        int stop = from + size;
        while (!closed && at < stop) {
            int part = Math.min(stop - at, LINE_BYTES - waiting.size());
            int lines = wholeLines(bytes, at, part);
            int taken = lines == 0 ? part : lines;
            add(bytes, at, taken);
            at += taken;
            if (lines > 0 || waiting.size() == LINE_BYTES) {
                send();
            }
        }
        return !closed;
    }

    /** A line of its own, whole. */
    boolean line(byte[] bytes) {
        return take(bytes, 0, bytes.length);
    }

    /** The call is over: the line that has no end yet goes, and nothing after it. */
    synchronized void close() {
        if (!closed && waiting.size() > 0) {
            send();
        }
        closed = true;
    }

    private static int wholeLines(byte[] bytes, int from, int size) {
        for (int i = from + size - 1; i >= from; i--) {
            if (bytes[i] == '\n') {
                return i + 1 - from;
            }
        }
        return 0;
    }

    private void add(byte[] bytes, int from, int size) {
        if (waiting.size() == 0) {
            firstMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }
        waiting.write(bytes, from, size);
    }

    private void send() {
        try {
            connection.write(Frames.log(number, stream, firstMicros, waiting.toByteArray()));
        } catch (IOException nobodyListens) {
            closed = true;
        }
        waiting.reset();
    }
}
