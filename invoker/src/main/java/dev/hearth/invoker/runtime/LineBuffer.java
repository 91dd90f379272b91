package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.LogReply.Line;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The lines of one log: the first ones up to {@code mostBytes}, and the very last ones, which tell how it ended. What came
 * between is counted and dropped.
 *
 * <p>Pieces of a line that arrive apart are put together per stream.
 */
final class LineBuffer {
    /** A line longer than this is cut into several. */
    private static final int LONGEST_LINE = 64 * 1024;

    /** Bytes of last lines that are held beyond the limit. */
    private static final int LAST_BYTES = 16 * 1024;

    /** What keeping a line costs beside its text, roughly: a million empty ones are not small. */
    private static final int OVERHEAD = 48;

    private final int mostBytes;
    private final List<Line> lines = new ArrayList<>();
    private final ArrayDeque<Held> last = new ArrayDeque<>();
    private final Buffer[] open = {Buffer.buffer(), Buffer.buffer()};
    private final long[] openSince = new long[2];
    private int bytes;
    private int lastBytes;
    private boolean closed;
    private long dropped;

    private record Held(Line line, int bytes) {}

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
        Held held = new Held(line(stream), open[stream].length() + OVERHEAD);
        open[stream] = Buffer.buffer();
        if (!closed && bytes + held.bytes() <= mostBytes) {
            bytes += held.bytes();
            lines.add(held.line());
            return;
        }
        closed = true;
        last.add(held);
        lastBytes += held.bytes();
        while (lastBytes > LAST_BYTES && last.size() > 1) {
            lastBytes -= last.remove().bytes();
            dropped++;
        }
    }

    /** Keeps no more first lines than it has. */
    void close() {
        closed = true;
    }

    private Line line(int stream) {
        String text = open[stream].toString(StandardCharsets.UTF_8);
        return new Line(
                openSince[stream], stream == 1, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    /** The lines that were kept, from that one on; what has no line feed yet may be shown as the last. */
    List<Line> from(int line, boolean withUnfinished) {
        List<Line> shown = new ArrayList<>(lines.subList(Math.clamp(line, 0, lines.size()), lines.size()));
        if (withUnfinished && !closed) {
            shown.addAll(unfinished());
        }
        return shown;
    }

    /** All lines from that one on, the last ones too; where some are missing, a line says so. */
    List<Line> whole(int line) {
        List<Line> shown = from(line, false);
        if (dropped > 0) {
            long since = last.getFirst().line().micros();
            shown.add(new Line(since, true, "(" + dropped + " lines are left out here: invoker.log-bytes)"));
        }
        last.forEach(held -> shown.add(held.line()));
        shown.addAll(unfinished());
        return shown;
    }

    private List<Line> unfinished() {
        return IntStream.range(0, 2)
                .filter(stream -> open[stream].length() > 0)
                .mapToObj(this::line)
                .toList();
    }

    /** The last lines as text, at most {@code most} of them. */
    List<String> tail(int most) {
        List<Line> all = new ArrayList<>(lines.subList(Math.max(0, lines.size() - most), lines.size()));
        last.forEach(held -> all.add(held.line()));
        all.addAll(unfinished());
        return all.subList(Math.max(0, all.size() - most), all.size()).stream()
                .map(Line::text)
                .toList();
    }

    /** Bytes that are held. */
    int bytes() {
        return bytes + lastBytes + open[0].length() + open[1].length();
    }

    /** Lines that came and are kept no more. */
    long dropped() {
        return dropped;
    }

    /** Lines that came. */
    long lines() {
        return lines.size() + dropped + last.size();
    }
}
