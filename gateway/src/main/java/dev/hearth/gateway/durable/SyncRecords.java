package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Statements;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records of synchronous calls down behind their answers, once a second; lives on the calls' event loop.
 *
 * <p>A kill loses those of the last second. More than fit into a second's room are left out and counted.
 */
final class SyncRecords {
    private static final Logger LOG = LoggerFactory.getLogger(SyncRecords.class);

    private final Database database;
    private final SyncKeep keep;
    private final int most;
    private final DurableMeters meters;
    private List<InvocationRecord> waiting = new ArrayList<>();
    private boolean writing;

    /**
     * Nothing waits yet.
     *
     * @param most records that one second may bring
     */
    SyncRecords(Database database, SyncKeep keep, int most, DurableMeters meters) {
        this.database = database;
        this.keep = keep;
        this.most = most;
        this.meters = meters;
    }

    /** Takes the record of a call that has ended. */
    void ended(InvocationRecord record) {
        if (record.async() || !wanted(record)) {
            return;
        }
        if (waiting.size() < most) {
            waiting.add(record);
        } else {
            meters.leftOut();
        }
    }

    /** What was turned away at the door is told by metrics. */
    private boolean wanted(InvocationRecord record) {
        return switch (keep) {
            case NONE -> false;
            case ALL -> true;
            case FAILED ->
                record.failure()
                        .map(failure -> failure.code() != ErrorCode.TOO_MANY_REQUESTS)
                        .orElse(false);
        };
    }

    /** Called once a second. */
    void flush() {
        if (writing || waiting.isEmpty()) {
            return;
        }
        List<InvocationRecord> records = waiting;
        waiting = new ArrayList<>();
        writing = true;
        database.write(handle -> insert(handle, records)).onComplete(done -> {
            writing = false;
            if (done.failed()) {
                records.forEach(record -> meters.leftOut());
                LOG.warn(
                        "event=records_not_kept count={} reason=\"{}\"",
                        records.size(),
                        done.cause().getMessage());
            }
        });
    }

    private static int insert(Handle handle, List<InvocationRecord> records) throws SQLException {
        for (InvocationRecord record : records) {
            insert(handle, record);
        }
        return records.size();
    }

    private static void insert(Handle handle, InvocationRecord record) throws SQLException {
        Callee callee = record.callee();
        Statements.update(
                handle,
                "INSERT INTO invocation (id, namespace, function, revision, number, memory, networked, mode, state,"
                        + " outcome, cause, submitted_at, due_at, waits, expires_at, ended_at, dead, bytes_in, terms)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 'SYNC', 'DONE', ?, ?, ?, ?, 0, 0, ?, 0, ?, ?)",
                record.id().toString(),
                callee.function().namespace(),
                callee.function().name(),
                callee.revision().toString(),
                callee.number(),
                callee.memory().value(),
                callee.networked() ? 1 : 0,
                record.outcome(),
                Figures.write(record.failure()),
                record.submittedAt(),
                record.submittedAt(),
                record.endedAt(),
                record.bytesIn(),
                new Terms(0, 0, 0, "", "", Optional.empty()).write());
        if (record.attempts() > 0) {
            DurableStore.ended(handle, record);
        }
    }
}
