package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.error.Ran;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.Kept.Event;
import dev.hearth.gateway.store.Statements;
import io.vertx.core.buffer.Buffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** The queue as rows; each method is one step of a transaction that the caller holds. */
final class DurableStore {
    private static final String QUEUED_COLUMNS =
            "i.id, i.namespace, i.function, i.revision, i.number, i.memory, i.networked, i.submitted_at, i.due_at,"
                    + " i.waits, i.expires_at, i.bytes_in, i.terms,"
                    + " (SELECT coalesce(max(a.number), 0) FROM attempt a WHERE a.id = i.id) AS attempts,"
                    + " (SELECT count(*) FROM attempt a WHERE a.id = i.id AND a.counts = 1) AS failures,"
                    + " (SELECT count(*) FROM attempt a WHERE a.id = i.id AND a.counts = 2) AS losses";

    /** Values of attempt.counts. */
    private static final int FREE = 0;

    private static final int COUNTED = 1;
    private static final int LOST = 2;

    /** Whose the invocation is, and that the attempt which brings its news is the one under way. */
    private static final String OWN =
            " WHERE id = ? AND state = 'QUEUED' AND owner = ? AND (? = 0 OR EXISTS (SELECT 1 FROM attempt a"
                    + " WHERE a.id = invocation.id AND a.number = ? AND a.ended_at = 0))";

    private DurableStore() {}

    /**
     * What waits of one revision.
     *
     * @param queued invocations that have not ended
     */
    record Waiting(RevisionId revision, FunctionName function, int queued) {}

    /** Attempts that an earlier life of this head began are lost; answers what waits of its own. */
    static List<Waiting> recover(Handle handle, String owner, long now) {
        lose(handle, "EXISTS (SELECT 1 FROM invocation i WHERE i.id = attempt.id AND i.owner = :owner)", now)
                .bind("owner", owner)
                .execute();
        return handle.createQuery(
                        "SELECT revision, min(namespace) AS namespace, min(function) AS function,"
                                + " count(*) AS queued FROM invocation WHERE state = 'QUEUED' AND owner = :owner GROUP BY revision")
                .bind("owner", owner)
                .map((row, context) -> waiting(row))
                .list();
    }

    private static Waiting waiting(ResultSet row) throws SQLException {
        return new Waiting(
                RevisionId.parse(row.getString("revision")),
                new FunctionName(row.getString("namespace"), row.getString("function")),
                row.getInt("queued"));
    }

    private static Update lose(Handle handle, String which, long now) {
        Failure lost = new Failure(
                ErrorCode.NODE_LOST,
                "the gateway ended while this attempt was under way",
                "",
                "",
                List.of(),
                Ran.UNKNOWN);
        return handle.createUpdate("UPDATE attempt SET ended_at = :now, outcome = :outcome, counts = :lost,"
                        + " figures = :figures WHERE ended_at = 0 AND " + which)
                .bind("now", now)
                .bind("outcome", lost.code().name())
                .bind("lost", LOST)
                .bind("figures", Figures.failed(lost).write());
    }

    /**
     * Gives some of what waits of one head to another; attempts under way there are lost.
     *
     * @return what moved, a few of each revision at a time; fewer than asked for in all when nothing is left
     */
    static List<Waiting> move(Handle handle, String from, String to, long now, int most) {
        Map<String, Waiting> moved = new LinkedHashMap<>();
        handle.createQuery("SELECT id, revision, namespace, function, 1 AS queued FROM invocation"
                        + " WHERE owner = :from AND state = 'QUEUED' ORDER BY id LIMIT :most")
                .bind("from", from)
                .bind("most", most)
                .map((row, context) -> Map.entry(row.getString("id"), waiting(row)))
                .forEach(each -> moved.put(each.getKey(), each.getValue()));
        if (!moved.isEmpty()) {
            List<String> ids = List.copyOf(moved.keySet());
            handle.createUpdate("UPDATE invocation SET owner = :to WHERE id IN (<ids>)")
                    .bind("to", to)
                    .bindList("ids", ids)
                    .execute();
            lose(handle, "id IN (<ids>)", now).bindList("ids", ids).execute();
        }
        return List.copyOf(moved.values());
    }

    /** The oldest that wait of a revision, those that are due first. */
    static List<QueuedRow> oldest(Handle handle, String owner, RevisionId revision, int limit) {
        return handle.createQuery("SELECT " + QUEUED_COLUMNS + " FROM invocation i WHERE i.owner = :owner"
                        + " AND i.revision = :revision AND i.state = 'QUEUED' ORDER BY i.due_at, i.id LIMIT :limit")
                .bind("owner", owner)
                .bind("revision", revision.toString())
                .bind("limit", limit)
                .map((row, context) -> queued(row))
                .list();
    }

    /** Some that have waited beyond their expiry. */
    static List<QueuedRow> expired(Handle handle, String owner, long now, int limit) {
        return handle.createQuery(
                        "SELECT " + QUEUED_COLUMNS + " FROM invocation i WHERE i.state = 'QUEUED'"
                                + " AND i.owner = :owner AND i.expires_at > 0 AND i.expires_at <= :now ORDER BY i.expires_at LIMIT :limit")
                .bind("owner", owner)
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) -> queued(row))
                .list();
    }

    static Optional<QueuedRow> queued(Handle handle, String owner, InvocationId id) {
        return handle.createQuery("SELECT " + QUEUED_COLUMNS
                        + " FROM invocation i WHERE i.id = :id AND i.state = 'QUEUED' AND i.owner = :owner")
                .bind("id", id.toString())
                .bind("owner", owner)
                .map((row, context) -> queued(row))
                .findFirst();
    }

    static QueuedRow queued(ResultSet row) throws SQLException {
        return new QueuedRow(
                InvocationId.parse(row.getString("id")),
                callee(row),
                row.getLong("submitted_at"),
                row.getLong("due_at"),
                row.getLong("waits"),
                row.getLong("expires_at"),
                row.getLong("bytes_in"),
                Terms.read(row.getString("terms")),
                row.getInt("attempts"),
                new RetryRule.Past(row.getInt("failures"), row.getInt("losses")));
    }

    static Callee callee(ResultSet row) throws SQLException {
        return new Callee(
                new FunctionName(row.getString("namespace"), row.getString("function")),
                RevisionId.parse(row.getString("revision")),
                row.getInt("number"),
                new Bytes(row.getLong("memory")),
                row.getLong("networked") == 1);
    }

    /** The event of an invocation. */
    static Event event(Handle handle, InvocationId id) throws SQLException {
        return Statements.query(
                        handle,
                        "SELECT content_type, headers, body FROM invocation_event WHERE id = ?",
                        row -> new Event(
                                row.getString("content_type"),
                                Buffer.buffer(row.getBytes("headers")),
                                Buffer.buffer(row.getBytes("body"))),
                        id.toString())
                .getFirst();
    }

    /**
     * An attempt is about to be dispatched.
     *
     * @param withdrawn number of the attempt that its node refused before anything ran; 0 for none
     * @throws HearthException STORE_UNAVAILABLE when another head has the invocation now
     */
    static void begin(Handle handle, String owner, InvocationRecord record, int withdrawn) throws SQLException {
        String id = record.id().toString();
        if (withdrawn > 0) {
            Statements.update(
                    handle, "DELETE FROM attempt WHERE id = ? AND number = ? AND ended_at = 0", id, withdrawn);
        }
        int begun = Statements.update(
                handle,
                "INSERT INTO attempt (id, number, node, dispatched_at, ended_at, outcome, counts, figures, log)"
                        + " SELECT i.id, ?, ?, ?, 0, '', 0, '', '' FROM invocation i"
                        + " WHERE i.id = ? AND i.state = 'QUEUED' AND i.owner = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.id = i.id AND b.number >= ?)",
                record.attempts(),
                record.node(),
                record.dispatchedAt(),
                id,
                owner,
                record.attempts());
        if (begun == 0) {
            throw new HearthException(
                    ErrorCode.STORE_UNAVAILABLE, "invocation " + id + " has ended, or another head has taken it over");
        }
    }

    /** An attempt that nobody wrote down before it ended, of an invocation that is not tried again. */
    static void ended(Handle handle, InvocationRecord record) throws SQLException {
        Statements.update(
                handle,
                "INSERT INTO attempt (id, number, node, dispatched_at, ended_at, outcome, counts, figures, log)"
                        + " VALUES (?, ?, ?, ?, 0, '', 0, '', '')",
                record.id().toString(),
                record.attempts(),
                record.node(),
                record.dispatchedAt());
        end(handle, record.id(), new AttemptEnd(record.attempts(), record, ""), FREE);
    }

    /** Whether an attempt is this head's own and under way. */
    static boolean isOpen(Handle handle, String owner, InvocationId id, int number) throws SQLException {
        return !Statements.query(
                        handle,
                        "SELECT 1 FROM invocation i, attempt a WHERE i.id = ? AND i.owner = ? AND i.state = 'QUEUED'"
                                + " AND a.id = i.id AND a.number = ? AND a.ended_at = 0",
                        row -> 1,
                        id.toString(),
                        owner,
                        number)
                .isEmpty();
    }

    /**
     * How an attempt ended.
     *
     * @param number 0 when none was written down
     * @param record as it ended; nothing when none was made
     * @param log its log as JSON; empty for none
     */
    record AttemptEnd(int number, @Nullable InvocationRecord record, String log) {
        static final AttemptEnd NONE = new AttemptEnd(0, null, "");
    }

    private static void end(Handle handle, InvocationId id, AttemptEnd end, int counts) throws SQLException {
        InvocationRecord record = end.record();
        if (end.number() != 0 && record != null) {
            Statements.update(
                    handle,
                    "UPDATE attempt SET ended_at = ?, outcome = ?, counts = ?, figures = ?, log = ?"
                            + " WHERE id = ? AND number = ?",
                    record.endedAt(),
                    record.outcome(),
                    counts,
                    Figures.of(record).write(),
                    end.log(),
                    id.toString(),
                    end.number());
        }
    }

    /** It is tried again; false when it has ended meanwhile, or is another head's. */
    static boolean again(Handle handle, Whose whose, AttemptEnd end, RetryRule.Next.Again again, long now)
            throws SQLException {
        int changed = Statements.update(
                handle,
                "UPDATE invocation SET due_at = ?, waits = ?" + OWN,
                now + again.waitMillis(),
                again.waitMillis(),
                whose.id().toString(),
                whose.owner(),
                end.number(),
                end.number());
        if (changed == 0) {
            return false;
        }
        end(handle, whose.id(), end, again.counts() ? COUNTED : again.lost() ? LOST : FREE);
        return true;
    }

    /** An invocation, and the head that writes of it. */
    record Whose(InvocationId id, String owner) {}

    /** It has ended; false when it had ended before or is another head's, and then nothing was written. */
    static boolean done(
            Handle handle, Whose whose, AttemptEnd end, Optional<Failure> failure, Outputs.Output output, long now)
            throws SQLException {
        InvocationId id = whose.id();
        boolean dead = failure.map(cause -> cause.code() != ErrorCode.CANCELLED).orElse(false);
        int changed = Statements.update(
                handle,
                "UPDATE invocation SET state = 'DONE', outcome = ?, cause = ?, ended_at = ?, dead = ?" + OWN,
                failure.map(cause -> cause.code().name()).orElse("SUCCESS"),
                Figures.write(failure),
                now,
                dead ? 1 : 0,
                id.toString(),
                whose.owner(),
                end.number(),
                end.number());
        if (changed == 0) {
            return false;
        }
        end(handle, id, end, failure.isEmpty() ? FREE : COUNTED);
        if (failure.isEmpty()) {
            Outputs.write(handle, id, output);
        } else {
            Outputs.clear(handle, id);
        }
        if (!dead) {
            deleteEvent(handle, id);
        }
        return true;
    }

    static void deleteEvent(Handle handle, InvocationId id) throws SQLException {
        Statements.update(handle, "DELETE FROM invocation_event WHERE id = ?", id.toString());
    }

    /** How many that wait of the revision came before this one, at the head that has it. */
    static int before(Handle handle, RevisionId revision, long dueAt, InvocationId id) {
        return handle.createQuery(
                        "SELECT count(*) FROM invocation WHERE revision = :revision AND state = 'QUEUED'"
                                + " AND owner = (SELECT own.owner FROM invocation own WHERE own.id = :id) AND (due_at < :due OR (due_at = :due AND id < :id))")
                .bind("revision", revision.toString())
                .bind("due", dueAt)
                .bind("id", id.toString())
                .mapTo(Integer.class)
                .one();
    }
}
