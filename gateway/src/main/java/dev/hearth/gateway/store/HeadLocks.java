package dev.hearth.gateway.store;

import org.jdbi.v3.core.Handle;

/** The locks by which heads on one database know whether another one can still write. */
public interface HeadLocks {
    /**
     * Takes the lock of another head for the transaction under way.
     *
     * @return false while that head's own connection stands
     */
    boolean take(Handle handle, String head);

    /** Ends the connection by which that head writes, commits under way included; answers how many that were. */
    int cut(Handle handle, String head);
}
