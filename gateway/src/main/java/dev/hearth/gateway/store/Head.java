package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import org.jdbi.v3.core.Handle;

/**
 * The right of this process to write, which no other has at the same time.
 *
 * <p>The connection that writes holds the engine's lock, and nothing is written but on that connection, so a process whose
 * lock is gone cannot write. A new connection takes the lock anew, and can have it only when the engine has ended the old
 * one, commits under way included. If another process had the lock in between, our snapshots in memory are out of date:
 * each start counts the epoch up by one, and whoever finds another number than his own writes no more.
 */
final class Head {
    private final Dialect dialect;
    private volatile long epoch;

    Head(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Takes a new connection for writing. */
    void claim(Handle handle) {
        dialect.claim(handle);
        if (epoch > 0 && read(handle) != epoch) {
            throw new HearthException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "another gateway has worked on the database " + dialect.place()
                            + " while this one had lost it: restart this one, and let only one of them use it");
        }
    }

    /** Begins a new epoch, on a claimed connection. */
    void begin(Handle handle) {
        epoch = handle.inTransaction(transaction -> {
            transaction.execute("UPDATE head SET epoch = epoch + 1");
            return read(transaction);
        });
    }

    long epoch() {
        return epoch;
    }

    private static long read(Handle handle) {
        return handle.createQuery("SELECT epoch FROM head").mapTo(Long.class).one();
    }
}
