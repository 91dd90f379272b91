package dev.hearth.gateway.heads;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/** What a head leaves behind that another takes over: rows that name it as their owner. */
public interface Estate {
    /**
     * Some rows that have a new owner.
     *
     * @param rows how many
     * @param then to be done on the calls' event loop once that is on disk
     */
    record Moved(int rows, Runnable then) {}

    /** Makes this head the owner of at most so many; one step of a transaction that the caller holds. */
    Moved move(Handle handle, String from, int most) throws SQLException;

    /** What this head has in memory may not be what is its own on disk; on the calls' event loop. */
    void reread();
}
