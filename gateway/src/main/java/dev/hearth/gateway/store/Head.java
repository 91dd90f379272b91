package dev.hearth.gateway.store;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of this process to write as the head of its name, which no other has at the same time.
 *
 * <p>The connection that writes holds the engine's lock on that name, and nothing is written but on that connection. A new
 * connection takes the lock anew, and can have it only when the engine has ended the old one, commits under way included. Who
 * takes over what a head had holds its lock while he does, and takes its life away. So a head whose connection was gone
 * for so long finds that, begins another life and is told; rows that were taken from it are not its own any more.
 */
final class Head {
    private static final Logger LOG = LoggerFactory.getLogger(Head.class);

    private final Dialect dialect;
    private final String id;
    private volatile long epoch;
    private volatile Runnable replaced = () -> {};

    /** The head of this name; it has no life yet. */
    Head(Dialect dialect, String id) {
        this.dialect = dialect;
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Tells of each life that had to be begun because the one before was taken away; on the writer's thread. */
    void onReplaced(Runnable listener) {
        replaced = listener;
    }

    /** Takes a new connection for writing. */
    void claim(Handle handle) {
        dialect.claim(handle, id);
        if (epoch > 0 && !stands(handle)) {
            LOG.warn(
                    "event=head_was_replaced head={} epoch={} action=\"another head has what this one had; begins anew\"",
                    id,
                    epoch);
            begin(handle);
            replaced.run();
        }
    }

    /** Begins a new life, on a claimed connection. */
    void begin(Handle handle) {
        epoch = handle.inTransaction(transaction -> {
            transaction.execute("UPDATE head SET epoch = epoch + 1");
            long fresh = transaction
                    .createQuery("SELECT epoch FROM head")
                    .mapTo(Long.class)
                    .one();
            transaction
                    .createUpdate("INSERT INTO head_life (id, epoch, beat, started_at) VALUES (:id, :epoch, 0, :now)"
                            + " ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, beat = 0,"
                            + " started_at = excluded.started_at")
                    .bind("id", id)
                    .bind("epoch", fresh)
                    .bind("now", System.currentTimeMillis())
                    .execute();
            return fresh;
        });
    }

    long epoch() {
        return epoch;
    }

    private boolean stands(Handle handle) {
        return handle.createQuery("SELECT epoch FROM head_life WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .findFirst()
                .filter(found -> found == epoch)
                .isPresent();
    }
}
