package dev.hearth.gateway.durable;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordFilter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads records: an invocation with its last attempt. */
final class KeptRecords {
    private static final int AT_ONCE = 500;
    private static final String SELECT =
            "SELECT i.id, i.namespace, i.function, i.revision, i.number, i.memory, i.networked, i.mode, i.state, i.outcome,"
                    + " i.cause, i.submitted_at, i.ended_at, i.bytes_in, i.terms, i.due_at, a.number AS attempt, a.node,"
                    + " a.dispatched_at, a.ended_at AS attempt_ended, a.outcome AS attempt_outcome, a.figures"
                    + " FROM invocation i LEFT JOIN attempt a ON a.id = i.id"
                    + " AND a.number = (SELECT max(b.number) FROM attempt b WHERE b.id = i.id)";

    private KeptRecords() {}

    static Map<InvocationId, InvocationRecord> find(Handle handle, Collection<InvocationId> ids) {
        return find(handle, ids, "");
    }

    /** Those of them that have ended. */
    static Map<InvocationId, InvocationRecord> ended(Handle handle, Collection<InvocationId> ids) {
        return find(handle, ids, " AND i.state = 'DONE'");
    }

    private static Map<InvocationId, InvocationRecord> find(
            Handle handle, Collection<InvocationId> ids, String condition) {
        Map<InvocationId, InvocationRecord> found = new HashMap<>();
        List<String> texts = ids.stream().map(InvocationId::toString).toList();
        for (int from = 0; from < texts.size(); from += AT_ONCE) {
            handle.createQuery(SELECT + " WHERE i.id IN (<ids>)" + condition)
                    .bindList("ids", texts.subList(from, Math.min(texts.size(), from + AT_ONCE)))
                    .map((row, context) -> read(row))
                    .forEach(record -> found.put(record.id(), record));
        }
        return found;
    }

    /** Newest first; RUNNING and SCHEDULABLE are told apart by whether an attempt is open. */
    static List<InvocationRecord> newest(Handle handle, RecordFilter filter) {
        StringBuilder sql = new StringBuilder(SELECT).append(" WHERE 1 = 1");
        filter.function().ifPresent(name -> sql.append(" AND i.namespace = :namespace AND i.function = :function"));
        sql.append(state(filter.state()));
        if (filter.outcome().equals(RecordFilter.FAILURE)) {
            sql.append(" AND i.state = 'DONE' AND i.outcome <> 'SUCCESS'");
        } else if (!filter.outcome().isEmpty()) {
            sql.append(" AND i.outcome = :outcome");
        }
        filter.async().ifPresent(wanted -> sql.append(wanted ? " AND i.mode = 'ASYNC'" : " AND i.mode = 'SYNC'"));
        filter.before().ifPresent(id -> sql.append(" AND i.id < :before"));
        Query query = handle.createQuery(
                        sql.append(" ORDER BY i.id DESC LIMIT :limit").toString())
                .bind("limit", filter.limit());
        filter.function()
                .ifPresent(name -> query.bind("namespace", name.namespace()).bind("function", name.name()));
        if (!filter.outcome().isEmpty() && !filter.outcome().equals(RecordFilter.FAILURE)) {
            query.bind("outcome", filter.outcome());
        }
        filter.before().ifPresent(id -> query.bind("before", id.toString()));
        return query.map((row, context) -> read(row)).list();
    }

    private static String state(String state) {
        return switch (state) {
            case "" -> "";
            case "DONE" -> " AND i.state = 'DONE'";
            case "RUNNING" -> " AND i.state = 'QUEUED' AND a.ended_at = 0";
            case "SCHEDULABLE" -> " AND i.state = 'QUEUED' AND (a.ended_at IS NULL OR a.ended_at <> 0)";
            default -> " AND 1 = 0";
        };
    }

    static InvocationRecord read(ResultSet row) throws SQLException {
        boolean done = row.getString("state").equals("DONE");
        boolean tried = row.getString("node") != null;
        Figures figures = tried ? Figures.read(row.getString("figures")) : Figures.NONE;
        boolean running = tried && row.getLong("attempt_ended") == 0;
        return new InvocationRecord(
                InvocationId.parse(row.getString("id")),
                DurableStore.callee(row),
                row.getString("mode").equals("ASYNC"),
                Terms.read(row.getString("terms")).parent(),
                done ? InvocationState.DONE : running ? InvocationState.RUNNING : InvocationState.SCHEDULABLE,
                row.getLong("submitted_at"),
                tried ? row.getLong("dispatched_at") : 0,
                figures.startedAt(),
                row.getLong("ended_at"),
                tried ? row.getString("node") : "",
                figures.start(),
                figures.timings(),
                row.getLong("bytes_in"),
                figures.bytesOut(),
                figures.network(),
                done ? Figures.failure(row.getString("cause")) : Optional.empty(),
                row.getInt("attempt"),
                done || running ? figures.why() : waits(figures, row.getInt("attempt"), row.getLong("due_at")));
    }

    private static String waits(Figures last, int attempt, long dueAt) {
        return last.failure()
                .map(failure -> "attempt " + attempt + " ended with " + failure.code() + ": " + failure.message()
                        + "; the next one is due at " + Instant.ofEpochMilli(dueAt))
                .orElse("");
    }
}
