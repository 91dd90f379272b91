package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: takes all work that waits and commits it together, one fsync for many writers.
 *
 * <p>The pieces of a commit run one after the other in one transaction. When one of them fails, all is rolled back and
 * done again, each piece behind a savepoint, so that the one which fails takes nothing of the others with it: failures are
 * rare, and a batch without them needs no savepoints. Nobody is told of success before the commit has returned. When the
 * commit fails, or a savepoint cannot be restored (SQLite has then rolled back by itself, as it does on a full disk), the
 * whole batch fails. When the connection breaks before the commit was asked for, the batch is done from the start on a new
 * one, once; when the answer to the commit is lost, a new connection is asked what became of it. A batch that met one of
 * another head, each waiting for the other's rows, is done again. Work is told of its end in the order in which it was handed
 * in.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final String SAVEPOINT = "piece";
    private static final int MOST_COLLISIONS = 10;

    private final Session session;
    private final Dialect dialect;
    private final int batch;
    private final BlockingQueue<Piece<?>> queue;
    private final Thread thread;
    private volatile boolean closed;
    private String mark = "";

    GroupCommit(Session session, Dialect dialect, StoreSettings settings) {
        this.session = session;
        this.dialect = dialect;
        this.batch = settings.batch();
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.thread = Thread.ofPlatform().name("store-writer").daemon().start(this::run);
    }

    <T> void submit(Work<T> work, Piece.End<T> end) {
        if (closed) {
            end.failed(Piece.closing());
        } else if (!queue.offer(new Piece<>(work, end))) {
            end.failed(new HearthException(
                    ErrorCode.TOO_MANY_REQUESTS, queue.size() + " writes wait for the database already"));
        } else if (closed) {
            // The thread may have looked for the last time before this piece came.
            failWaiting();
        }
    }

    private void run() {
        List<Piece<?>> pieces = new ArrayList<>(batch);
        while (!closed || !queue.isEmpty()) {
            try {
                pieces.add(queue.take());
                queue.drainTo(pieces, batch - 1);
                HearthException failure = write(pieces);
                pieces.forEach(piece -> tell(piece, failure));
            } catch (InterruptedException closing) {
                LOG.debug("event=store_writer_closing waiting={}", queue.size());
            } catch (RuntimeException fault) {
                LOG.error("event=store_writer_fault", fault);
            } finally {
                pieces.clear();
            }
        }
        session.close();
        failWaiting();
    }

    /** Why nothing of it is in the database; null when it is there, but for pieces that failed by themselves. */
    private @Nullable HearthException write(List<Piece<?>> pieces) {
        boolean something;
        try {
            something = prepared(pieces);
        } catch (RuntimeException broken) {
            abandon(broken);
            return firstCause(pieces, broken);
        }
        try {
            if (something) {
                session.handle().commit();
            }
            return null;
        } catch (RuntimeException broken) {
            abandon(broken);
            return dialect.lost(broken) ? settled() : firstCause(pieces, broken);
        }
    }

    /** Does all but the commit; false when there is nothing to commit. */
    private boolean prepared(List<Piece<?>> pieces) {
        for (int collisions = 0; ; collisions++) {
            try {
                return reconnecting(pieces);
            } catch (RuntimeException broken) {
                if (!dialect.collided(broken) || collisions == MOST_COLLISIONS) {
                    throw broken;
                }
                LOG.debug("event=store_collision pieces={} cause={}", pieces.size(), broken.getMessage());
            }
        }
    }

    private boolean reconnecting(List<Piece<?>> pieces) {
        try {
            return marked(pieces);
        } catch (RuntimeException broken) {
            if (!dialect.lost(broken)) {
                throw broken;
            }
            LOG.warn("event=store_connection_lost place={} cause={}", dialect.place(), broken.getMessage());
            session.discard();
            pieces.forEach(Piece::reset);
            return marked(pieces);
        }
    }

    private boolean marked(List<Piece<?>> pieces) {
        Handle handle = session.handle();
        boolean something = together(handle, pieces);
        mark = something ? dialect.mark(handle) : "";
        return something;
    }

    private boolean together(Handle handle, List<Piece<?>> pieces) {
        begin(handle, pieces);
        for (Piece<?> piece : pieces) {
            if (!attempt(piece, handle)) {
                handle.rollback();
                return pieces.size() > 1 && separately(handle, pieces);
            }
        }
        return true;
    }

    private boolean separately(Handle handle, List<Piece<?>> pieces) {
        begin(handle, pieces);
        for (Piece<?> piece : pieces) {
            handle.savepoint(SAVEPOINT);
            if (attempt(piece, handle)) {
                handle.releaseSavepoint(SAVEPOINT);
            } else {
                handle.rollbackToSavepoint(SAVEPOINT);
            }
        }
        return true;
    }

    private static void begin(Handle handle, List<Piece<?>> pieces) {
        if (handle.isInTransaction()) {
            // Left behind by a batch that could not be rolled back: its writes must not come in with these.
            handle.rollback();
        }
        pieces.forEach(Piece::reset);
        handle.begin();
    }

    private boolean attempt(Piece<?> piece, Handle handle) {
        if (piece.attempt(handle)) {
            return true;
        }
        Throwable fault = piece.fault();
        if (fault != null && (dialect.lost(fault) || dialect.collided(fault))) {
            throw new TransactionException("the transaction broke", fault);
        }
        return false;
    }

    private HearthException firstCause(List<Piece<?>> pieces, RuntimeException broken) {
        return pieces.stream()
                .flatMap(piece -> Optional.ofNullable(piece.fault()).stream())
                .flatMap(fault -> dialect.trouble(fault).stream())
                .findFirst()
                .orElseGet(() -> StoreFault.of(broken, dialect));
    }

    /** What became of a commit whose answer was lost; null when it was made. */
    private @Nullable HearthException settled() {
        if (mark.isEmpty()) {
            return broke("nothing was written: try again");
        }
        try {
            return dialect.committed(session.handle(), mark) ? null : broke("the change was not made: try again");
        } catch (RuntimeException away) {
            abandon(away);
            return new CommitUnknown(broken("it is not known whether the change was made: look, then try again"));
        }
    }

    private HearthException broke(String what) {
        return new HearthException(ErrorCode.STORE_UNAVAILABLE, broken(what));
    }

    private String broken(String what) {
        return "the connection to the database " + dialect.place() + " broke during a commit; " + what;
    }

    private void abandon(RuntimeException broken) {
        if (dialect.lost(broken)) {
            session.discard();
            return;
        }
        try {
            Handle handle = session.current();
            if (handle != null && handle.isInTransaction()) {
                handle.rollback();
            }
        } catch (RuntimeException gone) {
            // As a rule the engine has ended the transaction by itself; else the next batch tries again.
            LOG.debug("event=store_rollback_failed", gone);
        }
    }

    /** A listener that throws must not keep the others of its batch from being told. */
    private void tell(Piece<?> piece, @Nullable HearthException failure) {
        try {
            piece.end(failure, dialect);
        } catch (RuntimeException fault) {
            LOG.error("event=store_listener_fault", fault);
        }
    }

    private void failWaiting() {
        for (Piece<?> piece = queue.poll(); piece != null; piece = queue.poll()) {
            piece.refuse(Piece.closing());
        }
    }

    /** Ends what was handed in before, then the thread. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
