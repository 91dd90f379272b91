package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
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
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
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

    private DurableStore() {}

    /**
     * What waits of one revision.
     *
     * @param queued invocations that have not ended
     */
    record Waiting(RevisionId revision, FunctionName function, int queued) {}

    /** Attempts that an earlier life of this gateway began are lost; answers what waits. */
    static List<Waiting> recover(Handle handle, long now) {
        Failure lost = new Failure(
                ErrorCode.NODE_LOST,
                "the gateway ended while this attempt was under way",
                "",
                "",
                List.of(),
                Ran.UNKNOWN);
        handle.createUpdate("UPDATE attempt SET ended_at = :now, outcome = :outcome, counts = :lost,"
                        + " figures = :figures WHERE ended_at = 0")
                .bind("now", now)
                .bind("outcome", lost.code().name())
                .bind("lost", LOST)
                .bind("figures", Figures.failed(lost).write())
                .execute();
        return handle.createQuery("SELECT revision, min(namespace) AS namespace, min(function) AS function,"
                        + " count(*) AS queued FROM invocation WHERE state = 'QUEUED' GROUP BY revision")
                .map((row, context) -> new Waiting(
                        RevisionId.parse(row.getString("revision")),
                        new FunctionName(row.getString("namespace"), row.getString("function")),
                        row.getInt("queued")))
                .list();
    }

    /** The oldest that wait of a revision, those that are due first. */
    static List<QueuedRow> oldest(Handle handle, RevisionId revision, int limit) {
        return handle.createQuery("SELECT " + QUEUED_COLUMNS + " FROM invocation i WHERE i.revision = :revision"
                        + " AND i.state = 'QUEUED' ORDER BY i.due_at, i.id LIMIT :limit")
                .bind("revision", revision.toString())
                .bind("limit", limit)
                .map((row, context) -> queued(row))
                .list();
    }

    /** Some that have waited beyond their expiry. */
    static List<QueuedRow> expired(Handle handle, long now, int limit) {
        return handle.createQuery("SELECT " + QUEUED_COLUMNS + " FROM invocation i WHERE i.state = 'QUEUED'"
                        + " AND i.expires_at > 0 AND i.expires_at <= :now ORDER BY i.expires_at LIMIT :limit")
                .bind("now", now)
                .bind("limit", limit)
                .map((row, context) -> queued(row))
                .list();
    }

    static Optional<QueuedRow> queued(Handle handle, InvocationId id) {
        return handle.createQuery(
                        "SELECT " + QUEUED_COLUMNS + " FROM invocation i WHERE i.id = :id AND i.state = 'QUEUED'")
                .bind("id", id.toString())
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
     */
    static void begin(Handle handle, InvocationRecord record, int withdrawn) throws SQLException {
        String id = record.id().toString();
        if (withdrawn > 0) {
            Statements.update(handle, "DELETE FROM attempt WHERE id = ? AND number = ?", id, withdrawn);
        }
        Statements.update(
                handle,
                "INSERT INTO attempt (id, number, node, dispatched_at, ended_at, outcome, counts, figures, log)"
                        + " VALUES (?, ?, ?, ?, 0, '', 0, '', '')",
                id,
                record.attempts(),
                record.node(),
                record.dispatchedAt());
    }

    /** An attempt that nobody wrote down before it ended. */
    static void ended(Handle handle, InvocationRecord record) throws SQLException {
        begin(handle, record, 0);
        end(handle, record.id(), new AttemptEnd(record.attempts(), record, ""), FREE);
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

    /** It is tried again; false when it has ended meanwhile. */
    static boolean again(Handle handle, InvocationId id, AttemptEnd end, RetryRule.Next.Again again, long now)
            throws SQLException {
        int counts = again.counts() ? COUNTED : again.lost() ? LOST : FREE;
        end(handle, id, end, counts);
        return Statements.update(
                        handle,
                        "UPDATE invocation SET due_at = ?, waits = ? WHERE id = ? AND state = 'QUEUED'",
                        now + again.waitMillis(),
                        again.waitMillis(),
                        id.toString())
                == 1;
    }

    /** It has ended; false when it had ended before, and then nothing was written. */
    static boolean done(
            Handle handle, InvocationId id, AttemptEnd end, Optional<Failure> failure, Outputs.Output output, long now)
            throws SQLException {
        boolean dead = failure.map(cause -> cause.code() != ErrorCode.CANCELLED).orElse(false);
        int changed = Statements.update(
                handle,
                "UPDATE invocation SET state = 'DONE', outcome = ?, cause = ?, ended_at = ?, dead = ?"
                        + " WHERE id = ? AND state = 'QUEUED'",
                failure.map(cause -> cause.code().name()).orElse("SUCCESS"),
                Figures.write(failure),
                now,
                dead ? 1 : 0,
                id.toString());
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

    /** How many that wait of the revision came before this one. */
    static int before(Handle handle, RevisionId revision, long dueAt, InvocationId id) {
        return handle.createQuery("SELECT count(*) FROM invocation WHERE revision = :revision AND state = 'QUEUED'"
                        + " AND (due_at < :due OR (due_at = :due AND id < :id))")
                .bind("revision", revision.toString())
                .bind("due", dueAt)
                .bind("id", id.toString())
                .mapTo(Integer.class)
                .one();
    }
}
