package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.bus.LogReply.Line;
import dev.hearth.invoker.pool.CallKey;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The logs of the node's invocations, kept after their containers are gone.
 *
 * <p>The head keeps none of its own: it asks here whenever somebody asks it. Each log is bounded by
 * {@code invoker.log-bytes}, all together by {@code invoker.logs-bytes}: whole logs of calls that are over make room, the one
 * that ended first before the others, and it is remembered how many lines each had. The log of a call that runs never makes
 * room; where all that is kept is of such calls, further lines are counted and dropped. An invocation that wrote nothing costs
 * nothing. Lives on one event loop.
 */
final class InvocationLogs {
    /** What keeping a log costs beside its text, roughly. */
    private static final int OVERHEAD = 256;

    /** Logs that made room, of which it is remembered. */
    private static final int MOST_GONE = 10_000;

    private final int mostPerCall;
    private final long mostInAll;
    private final int tailLines;
    private final NodeMeters meters;
    private final Set<CallKey> running = new HashSet<>();
    private final LinkedHashMap<CallKey, LineBuffer> logs = new LinkedHashMap<>();
    private final LinkedHashMap<CallKey, Long> gone = new LinkedHashMap<>();
    private long bytes;

    InvocationLogs(int mostPerCall, long mostInAll, int tailLines, NodeMeters meters) {
        this.mostPerCall = mostPerCall;
        this.mostInAll = mostInAll;
        this.tailLines = tailLines;
        this.meters = meters;
    }

    /** The call runs from now on. */
    void begins(CallKey id) {
        running.add(id);
    }

    /** The call is over; lines that it wrote may still come. */
    void ended(CallKey id) {
        running.remove(id);
        LineBuffer log = logs.remove(id);
        if (log != null) {
            logs.put(id, log);
            makeRoom(id, log);
        }
    }

    void append(CallKey id, boolean stderr, long micros, Buffer piece) {
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
        makeRoom(id, log);
    }

    private void makeRoom(CallKey id, LineBuffer log) {
        while (bytes > mostInAll) {
            CallKey victim = firstOver(id);
            if (victim == null) {
                log.close();
                return;
            }
            forget(victim);
        }
    }

    /** The call that was over before the others, but for this one; the few that run are passed over. */
    private @Nullable CallKey firstOver(CallKey but) {
        for (CallKey id : logs.keySet()) {
            if (!running.contains(id) && !id.equals(but)) {
                return id;
            }
        }
        return null;
    }

    private void forget(CallKey id) {
        LineBuffer log = logs.remove(id);
        if (log == null) {
            return;
        }
        bytes -= log.bytes() + OVERHEAD;
        meters.logDropped();
        gone.merge(id, log.lines(), Long::sum);
        if (gone.size() > MOST_GONE) {
            gone.pollFirstEntry();
        }
    }

    List<String> tail(CallKey id) {
        LineBuffer log = logs.get(id);
        return log == null ? List.of() : log.tail(tailLines);
    }

    /** The log as it is now; {@code complete} says that no more lines can come. */
    LogReply read(LogQuery query, boolean complete) {
        CallKey call = new CallKey(query.id(), query.attempt());
        LineBuffer log = logs.get(call);
        long before = gone.getOrDefault(call, 0L);
        if (log == null) {
            return new LogReply(false, complete, before, List.of());
        }
        boolean whole = query.unfinished() && !running.contains(call);
        List<Line> lines = whole ? log.whole(query.fromLine()) : log.from(query.fromLine(), query.unfinished());
        return new LogReply(true, complete, before + log.dropped(), lines);
    }
}
