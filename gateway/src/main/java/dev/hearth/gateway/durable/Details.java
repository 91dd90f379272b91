package dev.hearth.gateway.durable;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What is known of an asynchronous invocation beyond its record, in the API's form. */
final class Details {
    private Details() {}

    /**
     * Its dates, terms and attempts.
     *
     * @param meanMillis mean run time of calls now, 0 when it is not known
     * @param slots calls that may run at once
     */
    static JsonObject of(Handle handle, InvocationId id, long meanMillis, long slots) {
        JsonObject json = handle.createQuery("SELECT id, revision, state, due_at, expires_at, dead, terms"
                        + " FROM invocation WHERE id = :id AND mode = 'ASYNC'")
                .bind("id", id.toString())
                .map((row, context) -> dates(row))
                .findFirst()
                .orElse(new JsonObject());
        Object revision = json.remove("revision");
        if (revision != null && json.getBoolean("waits", false)) {
            long due = json.getLong("due");
            int before = DurableStore.before(handle, RevisionId.parse(revision.toString()), due, id);
            json.put("queue", queue(before, due, meanMillis, slots));
        }
        json.remove("waits");
        json.remove("due");
        return json.put("history", history(handle, id));
    }

    private static JsonObject dates(ResultSet row) throws SQLException {
        Terms terms = Terms.read(row.getString("terms"));
        return new JsonObject()
                .put("revision", row.getString("revision"))
                .put("waits", row.getString("state").equals("QUEUED"))
                .put("due", row.getLong("due_at"))
                .put("dueAt", instant(row.getLong("due_at")))
                .put("expiresAt", instant(row.getLong("expires_at")))
                .put("retries", terms.retries())
                .put("onSuccess", blank(terms.onSuccess()))
                .put("onFailure", blank(terms.onFailure()))
                .put("deadLetter", row.getLong("dead") == 1);
    }

    private static @Nullable String blank(String text) {
        return text.isEmpty() ? null : text;
    }

    /** When those before it have run, one after the other in each slot. */
    private static JsonObject queue(int before, long due, long meanMillis, long slots) {
        long start = Math.max(due, System.currentTimeMillis() + before * meanMillis / Math.max(1, slots));
        return new JsonObject()
                .put("position", before)
                .put("predictedStart", slots == 0 || meanMillis == 0 ? null : instant(start));
    }

    private static JsonArray history(Handle handle, InvocationId id) {
        JsonArray attempts = new JsonArray();
        handle.createQuery("SELECT number, node, dispatched_at, ended_at, outcome, counts, figures FROM attempt"
                        + " WHERE id = :id ORDER BY number")
                .bind("id", id.toString())
                .map((row, context) -> attempt(row))
                .forEach(attempts::add);
        return attempts;
    }

    private static JsonObject attempt(ResultSet row) throws SQLException {
        Figures figures = Figures.read(row.getString("figures"));
        JsonObject json = new JsonObject()
                .put("number", row.getInt("number"))
                .put("node", row.getString("node"))
                .put("dispatchedAt", instant(row.getLong("dispatched_at")))
                .put("startedAt", instant(figures.startedAt()))
                .put("endedAt", instant(row.getLong("ended_at")))
                .put("start", figures.startedAt() == 0 ? null : figures.start().toString())
                .put("runMicros", figures.timings().run())
                .put("outcome", blank(row.getString("outcome")))
                .put("countsAsRetry", row.getInt("counts") == 1)
                .put("why", figures.why());
        figures.failure()
                .ifPresent(cause -> json.put(
                        "cause",
                        new JsonObject()
                                .put("code", cause.code().name())
                                .put("message", cause.message())
                                .put("type", cause.type())
                                .put("stack", cause.stack())));
        return json;
    }

    /** The log of an attempt, 0 for the last; empty when none is kept. */
    static Optional<LogReply> log(Handle handle, InvocationId id, int attempt) {
        return handle.createQuery("SELECT log FROM attempt WHERE id = :id AND (:attempt = 0 OR number = :attempt)"
                        + " ORDER BY number DESC LIMIT 1")
                .bind("id", id.toString())
                .bind("attempt", attempt)
                .mapTo(String.class)
                .findFirst()
                .filter(text -> !text.isEmpty())
                .map(Details::log);
    }

    static String log(LogReply log) {
        JsonArray lines = new JsonArray();
        log.lines().forEach(line -> lines.add(JsonArray.of(line.micros(), line.stderr(), line.text())));
        return new JsonObject()
                .put("dropped", log.dropped())
                .put("lines", lines)
                .encode();
    }

    private static LogReply log(String text) {
        JsonObject json = new JsonObject(text);
        JsonArray array = json.getJsonArray("lines");
        List<LogReply.Line> lines = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            JsonArray line = array.getJsonArray(i);
            lines.add(new LogReply.Line(line.getLong(0), line.getBoolean(1), line.getString(2)));
        }
        return new LogReply(true, true, json.getLong("dropped"), lines);
    }

    static @Nullable String instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
