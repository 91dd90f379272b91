package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of one thread at a time, which is opened again after it broke. */
final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final long BEAT_MILLIS = 100;

    private final Jdbi jdbi;
    private final Dialect dialect;
    private final Outage outage;
    private final Consumer<Handle> greeting;
    private @Nullable Handle handle;

    /**
     * Not opened yet.
     *
     * @param greeting is said to each new connection before any work; it may refuse it
     */
    Session(Jdbi jdbi, Dialect dialect, Outage outage, Consumer<Handle> greeting) {
        this.jdbi = jdbi;
        this.dialect = dialect;
        this.outage = outage;
        this.greeting = greeting;
    }

    /**
     * The connection; a new one when there is none.
     *
     * @throws HearthException STORE_UNAVAILABLE when none could be had in time
     */
    Handle handle() {
        Handle present = handle;
        return present != null ? present : reopened();
    }

    /** The connection; null when there is none now. */
    @Nullable
    Handle current() {
        return handle;
    }

    /** Work that may safely be done twice: it is when the connection turns out to be broken. */
    <T> T read(Work<T> work) throws SQLException {
        try {
            return work.run(handle());
        } catch (SQLException | RuntimeException broken) {
            if (!dialect.lost(broken)) {
                throw broken;
            }
            discard();
            return work.run(handle());
        }
    }

    private Handle reopened() {
        outage.admit();
        while (true) {
            try {
                Handle fresh = open();
                outage.over();
                handle = fresh;
                return fresh;
            } catch (RuntimeException failure) {
                HearthException told = StoreFault.of(failure, dialect);
                if (!passing(failure)) {
                    throw told;
                }
                outage.failed(told);
                if (!outage.worthWaiting()) {
                    throw told;
                }
                pause();
            }
        }
    }

    /** A server that starts, or one that has not noticed yet that the connection before this one is gone. */
    private boolean passing(RuntimeException failure) {
        return failure instanceof HearthException || dialect.lost(failure);
    }

    private Handle open() {
        Handle fresh = jdbi.open();
        try {
            greeting.accept(fresh);
            return fresh;
        } catch (RuntimeException refused) {
            close(fresh);
            throw refused;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BEAT_MILLIS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new HearthException(ErrorCode.SHUTTING_DOWN, "the database is being closed");
        }
    }

    /** Gives the connection up; the next use opens another one. */
    void discard() {
        Handle present = handle;
        handle = null;
        if (present != null) {
            close(present);
        }
    }

    private static void close(Handle gone) {
        try {
            gone.close();
        } catch (RuntimeException broken) {
            LOG.debug("event=store_connection_closed", broken);
        }
    }

    @Override
    public void close() {
        discard();
    }
}
