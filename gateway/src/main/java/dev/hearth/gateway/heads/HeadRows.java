package dev.hearth.gateway.heads;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** Heads as rows. */
final class HeadRows {
    private HeadRows() {}

    /** Says that this life goes on; answers with all, the longest-serving first. */
    static List<HeadLife> beat(Handle handle, String id, long epoch) {
        handle.execute("UPDATE head_life SET beat = beat + 1 WHERE id = ? AND epoch = ?", id, epoch);
        return handle.createQuery("SELECT id, epoch, beat, started_at FROM head_life ORDER BY epoch, id")
                .map((row, context) -> new HeadLife(
                        row.getString("id"), row.getLong("epoch"), row.getLong("beat"), row.getLong("started_at")))
                .list();
    }

    /** How many heads there are; only to have asked the database. */
    static int look(Handle handle) {
        return handle.createQuery("SELECT count(*) FROM head_life")
                .mapTo(Integer.class)
                .one();
    }

    /** Takes that life away; false when another one has begun, or it has beaten meanwhile. */
    static boolean end(Handle handle, HeadLife life) {
        return handle.createUpdate("UPDATE head_life SET epoch = 0 WHERE id = :id AND beat = :beat"
                                + " AND (epoch = :epoch OR epoch = 0)")
                        .bind("id", life.id())
                        .bind("beat", life.beat())
                        .bind("epoch", life.epoch())
                        .execute()
                == 1;
    }

    /** Nothing of it is left. */
    static void remove(Handle handle, String id) {
        handle.execute("DELETE FROM head_life WHERE id = ?", id);
    }
}
