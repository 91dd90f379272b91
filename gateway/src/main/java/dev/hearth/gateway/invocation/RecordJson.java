package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.Failure;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.Timings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records and logs in the API's forms. */
public final class RecordJson {
    private RecordJson() {}

    public static JsonObject of(InvocationRecord record) {
        Timings t = record.timings();
        return new JsonObject()
                .put("id", record.id().toString())
                .put("function", record.callee().function().toString())
                .put("revision", record.callee().number())
                .put("parent", record.parent().map(InvocationId::toString).orElse(null))
                .put("async", record.async())
                .put("state", record.state().name())
                .put("outcome", record.outcome().isEmpty() ? null : record.outcome())
                .put("submittedAt", instant(record.submittedAt()))
                .put("dispatchedAt", instant(record.dispatchedAt()))
                .put("startedAt", instant(record.startedAt()))
                .put("endedAt", instant(record.endedAt()))
                .put("node", record.node().isEmpty() ? null : record.node())
                .put("start", record.startedAt() == 0 ? null : record.start().toString())
                .put("timelineMicros", timeline(t))
                .put("bytesIn", record.bytesIn())
                .put("bytesOut", record.bytesOut())
                .put("networkIn", record.network().received())
                .put("networkOut", record.network().sent())
                .put("billedGbSeconds", record.gbSeconds())
                .put("cause", record.failure().map(FailureJson::write).orElse(null))
                .put("attempts", record.attempts())
                .put("why", record.why());
    }

    private static JsonObject timeline(Timings t) {
        return new JsonObject()
                .put("place", t.place())
                .put("image", t.image())
                .put("start", t.start())
                .put("init", t.init())
                .put("run", t.run());
    }

    static JsonObject of(LogReply log) {
        JsonArray lines = new JsonArray();
        log.lines().forEach(line -> lines.add(of(line)));
        return new JsonObject().put("lines", lines).put("ended", log.ended()).put("dropped", log.dropped());
    }

    private static JsonObject of(LogReply.Line line) {
        return new JsonObject()
                .put("at", micros(line.micros()).toString())
                .put("stream", line.stderr() ? "stderr" : "stdout")
                .put("text", line.text());
    }

    /** A document a line. */
    static String lines(LogReply log) {
        StringBuilder out = new StringBuilder();
        log.lines().forEach(line -> out.append(of(line).encode()).append('\n'));
        if (log.dropped() > 0) {
            out.append(new JsonObject().put("dropped", log.dropped()).encode()).append('\n');
        }
        return out.toString();
    }

    /** The last line of a log that cannot be followed any further. */
    static String line(Failure failure) {
        JsonObject error = new JsonObject().put("code", failure.code().name()).put("message", failure.message());
        return new JsonObject().put("error", error).encode() + "\n";
    }

    static String text(LogReply log) {
        StringBuilder out = new StringBuilder();
        for (LogReply.Line line : log.lines()) {
            out.append(line.text()).append('\n');
        }
        // The log of a call that is over says itself where lines are missing.
        if (log.dropped() > 0 && !log.known()) {
            out.append("(the ").append(log.dropped()).append(" lines of this log made room: invoker.logs-bytes)\n");
        } else if (log.dropped() > 0 && !log.ended()) {
            out.append("(").append(log.dropped()).append(" more lines are left out so far: invoker.log-bytes)\n");
        }
        return out.toString();
    }

    /** ISO 8601 in UTC; nothing for what has not happened. */
    static @Nullable String instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }

    private static Instant micros(long micros) {
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
    }
}
