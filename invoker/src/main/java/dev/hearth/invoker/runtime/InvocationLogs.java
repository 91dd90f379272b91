package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The logs of the node's invocations, kept after their containers are gone.
 *
 * <p>Each is bounded by {@code invoker.log-bytes}, all together by {@code invoker.logs-bytes}: the oldest invocations' logs
 * make room. An invocation that wrote nothing costs nothing. Lives on one event loop.
 */
final class InvocationLogs {
    /** What keeping a log costs beside its text, roughly. */
    private static final int OVERHEAD = 256;

    private final int mostPerCall;
    private final long mostInAll;
    private final int tailLines;
    private final NodeMeters meters;
    private final LinkedHashMap<InvocationId, LineBuffer> logs = new LinkedHashMap<>();
    private long bytes;

    InvocationLogs(int mostPerCall, long mostInAll, int tailLines, NodeMeters meters) {
        this.mostPerCall = mostPerCall;
        this.mostInAll = mostInAll;
        this.tailLines = tailLines;
        this.meters = meters;
    }

    void append(InvocationId id, boolean stderr, long micros, Buffer piece) {
        LineBuffer log = logs.get(id);
        if (log == null) {
            log = new LineBuffer(mostPerCall);
            logs.put(id, log);
            bytes += OVERHEAD;
        }
        int before = log.bytes();
        long droppedBefore = log.dropped();
        log.append(stderr, micros, piece);
        meters.linesDropped(log.dropped() - droppedBefore);
        bytes += log.bytes() - before;
        while (bytes > mostInAll && logs.size() > 1) {
            Map.Entry<InvocationId, LineBuffer> eldest = logs.pollFirstEntry();
            bytes -= eldest.getValue().bytes() + OVERHEAD;
            meters.logDropped();
        }
    }

    List<String> tail(InvocationId id) {
        LineBuffer log = logs.get(id);
        return log == null ? List.of() : log.tail(tailLines);
    }

    LogReply read(LogQuery query) {
        LineBuffer log = logs.get(query.id());
        if (log == null) {
            return new LogReply(false, true, 0, List.of());
        }
        return new LogReply(true, true, log.dropped(), log.from(query.fromLine(), query.unfinished()));
    }
}
