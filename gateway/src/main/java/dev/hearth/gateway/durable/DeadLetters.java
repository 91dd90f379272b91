package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.Kept.Event;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Asynchronous invocations that failed for good and whose events are kept; each method is one step of a transaction. */
final class DeadLetters {
    private DeadLetters() {}

    /**
     * Which dead letters are meant.
     *
     * @param function empty for all
     * @param outcome an error's code; empty for all
     * @param before only those that were submitted before this one
     * @param limit how many at most
     */
    record Filter(Optional<FunctionName> function, String outcome, Optional<InvocationId> before, int limit) {}

    /** A dead letter with what it takes to call its function again. */
    record Letter(QueuedRow row, Event event) {}

    /** Newest first. */
    static List<InvocationId> ids(Handle handle, Filter filter) {
        StringBuilder sql = new StringBuilder("SELECT id FROM invocation WHERE dead = 1");
        filter.function().ifPresent(name -> sql.append(" AND namespace = :namespace AND function = :function"));
        if (!filter.outcome().isEmpty()) {
            sql.append(" AND outcome = :outcome");
        }
        filter.before().ifPresent(id -> sql.append(" AND id < :before"));
        Query query = handle.createQuery(
                        sql.append(" ORDER BY id DESC LIMIT :limit").toString())
                .bind("limit", filter.limit());
        filter.function()
                .ifPresent(name -> query.bind("namespace", name.namespace()).bind("function", name.name()));
        if (!filter.outcome().isEmpty()) {
            query.bind("outcome", filter.outcome());
        }
        filter.before().ifPresent(id -> query.bind("before", id.toString()));
        return query.mapTo(String.class).list().stream()
                .map(InvocationId::parse)
                .toList();
    }

    static List<InvocationRecord> records(Handle handle, Filter filter) {
        List<InvocationId> ids = ids(handle, filter);
        var found = KeptRecords.find(handle, ids);
        return ids.stream().map(found::get).toList();
    }

    /**
     * What it takes to call it again.
     *
     * @throws HearthException NOT_FOUND when it is no dead letter
     */
    static Letter letter(Handle handle, InvocationId id) throws SQLException {
        QueuedRow row = handle.createQuery("SELECT i.*, 0 AS attempts, 0 AS failures, 0 AS losses FROM invocation i"
                        + " WHERE i.id = :id AND i.dead = 1")
                .bind("id", id.toString())
                .map((found, context) -> DurableStore.queued(found))
                .findFirst()
                .orElseThrow(() -> missing(id));
        return new Letter(row, DurableStore.event(handle, id));
    }

    /** It is none any more, and its event is gone; false when it was none. */
    static boolean settle(Handle handle, InvocationId id) throws SQLException {
        int changed = handle.createUpdate("UPDATE invocation SET dead = 0 WHERE id = :id AND dead = 1")
                .bind("id", id.toString())
                .execute();
        if (changed == 1) {
            DurableStore.deleteEvent(handle, id);
        }
        return changed == 1;
    }

    static HearthException missing(InvocationId id) {
        return new HearthException(
                ErrorCode.NOT_FOUND,
                "invocation " + id
                        + " is no dead letter: it never was, or was redriven or purged; see GET /v1/dead-letters");
    }
}
