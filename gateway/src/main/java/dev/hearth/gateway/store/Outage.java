package dev.hearth.gateway.store;

import dev.hearth.common.error.HearthException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * For how long the database has been out of reach, seen by all connections of one kind together.
 *
 * <p>Whoever finds a connection broken waits for the server as long as the patience lasts, counted from the first that
 * found it so. After that one of them tries once a second, and the others are refused with what that one was told: a
 * server that stays away costs a caller no time.
 */
final class Outage {
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final long patience;
    private @Nullable HearthException cause;
    private long since;
    private long tried;

    Outage(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Leave to try now; else throws what the last one was told. */
    synchronized void admit() {
        long now = System.nanoTime();
        if (cause != null && now - since > patience && now - tried < PAUSE) {
            throw cause;
        }
        tried = now;
    }

    /** Notes a try that failed. */
    synchronized void failed(HearthException why) {
        if (cause == null) {
            since = System.nanoTime();
        }
        cause = why;
    }

    /** Whether it is worth while to wait a moment and try again. */
    synchronized boolean worthWaiting() {
        return System.nanoTime() - since <= patience;
    }

    synchronized void over() {
        cause = null;
    }
}
