package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.LogReply.Line;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of one log, first ones kept: what comes after {@code mostBytes} is counted and dropped.
 *
 * <p>Pieces of a line that arrive apart are put together per stream.
 */
final class LineBuffer {
    /** A line longer than this is cut into several. */
    private static final int LONGEST_LINE = 64 * 1024;

    private final int mostBytes;
    private final List<Line> lines = new ArrayList<>();
    private final Buffer[] open = {Buffer.buffer(), Buffer.buffer()};
    private final long[] openSince = new long[2];
    private int bytes;
    private long dropped;

    LineBuffer(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    void append(boolean stderr, long micros, Buffer piece) {
        int stream = stderr ? 1 : 0;
        int start = 0;
        for (int i = 0; i < piece.length(); i++) {
            if (piece.getByte(i) == '\n') {
                take(stream, micros, piece, start, i);
                finish(stream);
                start = i + 1;
            }
        }
        if (start < piece.length()) {
            take(stream, micros, piece, start, piece.length());
        }
    }

    private void take(int stream, long micros, Buffer piece, int start, int end) {
        if (open[stream].length() == 0) {
            openSince[stream] = micros;
        }
        open[stream].appendBuffer(piece, start, end - start);
        if (open[stream].length() >= LONGEST_LINE) {
            finish(stream);
        }
    }

    private void finish(int stream) {
        Buffer line = open[stream];
        open[stream] = Buffer.buffer();
        if (bytes + line.length() > mostBytes) {
            dropped++;
            return;
        }
        bytes += line.length() + 1;
        String text = line.toString(StandardCharsets.UTF_8);
        lines.add(new Line(
                openSince[stream], stream == 1, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
    }

    /** Makes lines of what has no line feed yet. */
    void flush() {
        for (int stream = 0; stream < 2; stream++) {
            if (open[stream].length() > 0) {
                finish(stream);
            }
        }
    }

    List<Line> from(int line) {
        return line >= lines.size() ? List.of() : List.copyOf(lines.subList(Math.max(0, line), lines.size()));
    }

    /** The last lines as text, at most {@code most} of them. */
    List<String> tail(int most) {
        return lines.subList(Math.max(0, lines.size() - most), lines.size()).stream()
                .map(Line::text)
                .toList();
    }

    int bytes() {
        return bytes;
    }

    long dropped() {
        return dropped;
    }
}
