package dev.hearth.gateway.destination;

import dev.hearth.gateway.destination.DeliveryView.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Deliveries as rows; each method is one step of a transaction that the caller holds. */
final class DeliveryRows {
    private static final String COLUMNS =
            "id, namespace, invocation, event, target, lane, state, attempts, due_at, created_at, answer, document";
    private static final String ENDED = "state IN ('DELIVERED', 'FAILED')";
    private static final int SWEEP = 1_000;

    private DeliveryRows() {}

    /**
     * What is to be sent now.
     *
     * @param next when the next one is due; empty when none waits
     */
    record Batch(List<DeliveryRow> due, OptionalLong next) {}

    /**
     * Which deliveries are asked for.
     *
     * @param now Unix milliseconds
     * @param horizon no attempt is put off beyond this: one that seems to be was written under another clock, and is due
     * @param busy lanes that are to be passed over
     */
    record Wanted(long now, long horizon, int most, Set<String> busy) {}

    static void insert(Handle handle, String owner, DeliveryRow row) {
        handle.createUpdate("INSERT INTO delivery (" + COLUMNS
                        + ", owner) VALUES (:id, :namespace, :invocation, :event, :target,"
                        + " :lane, :state, :attempts, :due, :created, :answer, :document,"
                        + " :owner)")
                .bind("owner", owner)
                .bind("id", row.id())
                .bind("namespace", row.namespace())
                .bind("invocation", row.invocation())
                .bind("event", row.event())
                .bind("target", row.target())
                .bind("lane", row.lane())
                .bind("state", row.state().name())
                .bind("attempts", row.attempts())
                .bind("due", row.dueAt())
                .bind("created", row.createdAt())
                .bind("answer", row.answer())
                .bind("document", row.document())
                .execute();
    }

    /** Makes this head the one that sends at most so many; how many those were. */
    static int move(Handle handle, String from, String to, int most) {
        return handle.createUpdate("UPDATE delivery SET owner = :to WHERE id IN (SELECT id FROM delivery"
                        + " WHERE owner = :from AND state = 'PENDING' ORDER BY due_at LIMIT :most)")
                .bind("from", from)
                .bind("to", to)
                .bind("most", most)
                .execute();
    }

    /** What an attempt has brought; nothing when another head sends it now. */
    static void update(Handle handle, String owner, DeliveryRow row) {
        handle.createUpdate("UPDATE delivery SET state = :state, attempts = :attempts, due_at = :due, answer = :answer,"
                        + " document = :document WHERE id = :id AND owner = :owner AND state = 'PENDING'")
                .bind("owner", owner)
                .bind("id", row.id())
                .bind("state", row.state().name())
                .bind("attempts", row.attempts())
                .bind("due", row.dueAt())
                .bind("answer", row.answer())
                .bind("document", row.document())
                .execute();
    }

    static Batch batch(Handle handle, String owner, Wanted wanted) {
        String passing = wanted.busy().isEmpty() ? "" : " AND lane NOT IN (<busy>)";
        Query query = handle.createQuery("SELECT " + COLUMNS + " FROM delivery WHERE owner = :owner"
                        + " AND state = 'PENDING' AND (due_at <= :now OR due_at > :horizon)" + passing
                        + " ORDER BY due_at, id LIMIT :most")
                .bind("owner", owner)
                .bind("now", wanted.now())
                .bind("horizon", wanted.horizon())
                .bind("most", wanted.most());
        if (!wanted.busy().isEmpty()) {
            query.bindList("busy", List.copyOf(wanted.busy()));
        }
        List<DeliveryRow> due = query.map((row, context) -> read(row)).list();
        return new Batch(due, next(handle, owner, wanted.now()));
    }

    private static OptionalLong next(Handle handle, String owner, long now) {
        return handle.createQuery("SELECT due_at FROM delivery WHERE owner = :owner AND state = 'PENDING'"
                        + " AND due_at > :now ORDER BY due_at LIMIT 1")
                .bind("owner", owner)
                .bind("now", now)
                .mapTo(Long.class)
                .findFirst()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    static List<DeliveryRow> of(Handle handle, String invocation) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM delivery WHERE invocation = :invocation ORDER BY id")
                .bind("invocation", invocation)
                .map((row, context) -> read(row))
                .list();
    }

    /** Removes what ended before that time, and the oldest above that number; true when there is more to remove. */
    static boolean sweep(Handle handle, long before, long most) {
        int old = handle.createUpdate("DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE " + ENDED
                        + " AND due_at < :before ORDER BY due_at LIMIT " + SWEEP + ")")
                .bind("before", before)
                .execute();
        long kept = handle.createQuery("SELECT COUNT(*) FROM delivery WHERE " + ENDED)
                .mapTo(Long.class)
                .one();
        long surplus = Math.clamp(kept - most, 0, SWEEP);
        if (surplus > 0) {
            handle.createUpdate("DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE " + ENDED
                            + " ORDER BY due_at LIMIT :surplus)")
                    .bind("surplus", surplus)
                    .execute();
        }
        return old == SWEEP || surplus == SWEEP;
    }

    private static DeliveryRow read(ResultSet row) throws SQLException {
        return new DeliveryRow(
                row.getString("id"),
                row.getString("namespace"),
                row.getString("invocation"),
                row.getString("event"),
                row.getString("target"),
                row.getString("lane"),
                State.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getLong("due_at"),
                row.getLong("created_at"),
                row.getString("answer"),
                row.getString("document"));
    }
}
