package dev.hearth.gateway.store;

import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What was changed of that which every head has in memory, so that the others read it again.
 *
 * <p>Lines are numbered in the order of their commits, since whoever writes one holds the counter's row until then: who has
 * seen a number has seen all before it. It also lets changes of all heads come one after the other, as those of one do. Where
 * there is one head nothing is written.
 */
public final class Changes {
    private final boolean shared;

    Changes(boolean shared) {
        this.shared = shared;
    }

    /** What of a head's memory it concerns. */
    public enum Topic {
        FUNCTION,
        KEY,
        DRAIN
    }

    /**
     * One change.
     *
     * @param subject which function; empty for the others
     */
    public record Line(long number, Topic topic, String subject) {}

    /**
     * Notes a change in the transaction that makes it: before anything that it depends on is read.
     *
     * @param subject which function; empty for the others
     */
    public void note(Handle handle, Topic topic, String subject) {
        if (shared) {
            handle.execute("UPDATE change_count SET number = number + 1");
            handle.execute(
                    "INSERT INTO change_log (number, topic, subject, changed_at) SELECT number, ?, ?, ? FROM change_count",
                    topic.name(),
                    subject,
                    System.currentTimeMillis());
        }
    }

    /** The number of the last one. */
    public static long last(Handle handle) {
        return handle.createQuery("SELECT number FROM change_count")
                .mapTo(Long.class)
                .one();
    }

    /** Those after that number, the oldest first. */
    public static List<Line> after(Handle handle, long number, int most) throws SQLException {
        return Statements.query(
                handle,
                "SELECT number, topic, subject FROM change_log WHERE number > ? ORDER BY number LIMIT ?",
                row -> new Line(row.getLong("number"), Topic.valueOf(row.getString("topic")), row.getString("subject")),
                number,
                most);
    }

    /** Forgets those that were made before that time, but for the last one: by it a head that was away sees what it has missed. */
    public static int forget(Handle handle, long before) {
        return handle.execute(
                "DELETE FROM change_log WHERE changed_at < ? AND number < (SELECT number FROM change_count)", before);
    }
}
