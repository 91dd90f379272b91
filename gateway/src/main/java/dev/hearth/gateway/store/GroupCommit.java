package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: takes all work that waits and commits it together, one fsync for many writers.
 *
 * <p>Each piece runs behind a savepoint, so that one which fails takes nothing of the others with it. Nobody is told of
 * success before the commit has returned. When the commit fails, or a savepoint cannot be restored (SQLite has then
 * rolled back by itself, as it does on a full disk), the whole batch fails. Work is told of its end in the order in
 * which it was handed in.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final String SAVEPOINT = "piece";

    private final Handle handle;
    private final Dialect dialect;
    private final int batch;
    private final BlockingQueue<Entry<?>> queue;
    private final Thread thread;
    private volatile boolean closed;

    /** How a piece of work is told of its end; called on the writer's thread. */
    interface End<T> {
        void committed(T result);

        void failed(HearthException failure);
    }

    GroupCommit(Handle handle, Dialect dialect, StoreSettings settings) {
        this.handle = handle;
        this.dialect = dialect;
        this.batch = settings.batch();
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.thread = Thread.ofPlatform().name("store-writer").daemon().start(this::run);
    }

    <T> void submit(Work<T> work, End<T> end) {
        if (closed) {
            end.failed(closing());
        } else if (!queue.offer(new Entry<>(work, end))) {
            end.failed(new HearthException(
                    ErrorCode.TOO_MANY_REQUESTS, queue.size() + " writes wait for the database already"));
        } else if (closed) {
            failWaiting();
        }
    }

    private void run() {
        List<Entry<?>> pieces = new ArrayList<>(batch);
        while (!closed || !queue.isEmpty()) {
            try {
                pieces.add(queue.take());
                queue.drainTo(pieces, batch - 1);
                commit(pieces);
            } catch (InterruptedException closing) {
                LOG.debug("event=store_writer_closing waiting={}", queue.size());
            } catch (RuntimeException fault) {
                LOG.error("event=store_writer_fault", fault);
            } finally {
                pieces.clear();
            }
        }
        handle.close();
        failWaiting();
    }

    private void commit(List<Entry<?>> pieces) {
        HearthException failure = null;
        try {
            if (handle.isInTransaction()) {
                // Left behind by a batch that could not be rolled back: its writes must not come in with these.
                handle.rollback();
            }
            handle.begin();
            for (Entry<?> piece : pieces) {
                handle.savepoint(SAVEPOINT);
                if (piece.attempt(handle, dialect)) {
                    handle.releaseSavepoint(SAVEPOINT);
                } else {
                    handle.rollbackToSavepoint(SAVEPOINT);
                }
            }
            handle.commit();
        } catch (RuntimeException broken) {
            failure = firstCause(pieces, broken);
            rollback();
        }
        for (Entry<?> piece : pieces) {
            tell(piece, failure);
        }
    }

    private HearthException firstCause(List<Entry<?>> pieces, RuntimeException broken) {
        for (Entry<?> piece : pieces) {
            HearthException cause = piece.failure;
            if (cause != null && cause.failure().code() == ErrorCode.STORE_UNAVAILABLE) {
                return cause;
            }
        }
        return StoreFault.of(broken, dialect);
    }

    private void rollback() {
        try {
            handle.rollback();
        } catch (RuntimeException gone) {
            // As a rule the engine has ended the transaction by itself; else the next batch tries again.
            if (handle.isInTransaction()) {
                LOG.error("event=store_rollback_failed", gone);
            }
        }
    }

    /** A listener that throws must not keep the others of its batch from being told. */
    private static void tell(Entry<?> piece, @Nullable HearthException failure) {
        try {
            piece.end(failure);
        } catch (RuntimeException fault) {
            LOG.error("event=store_listener_fault", fault);
        }
    }

    private void failWaiting() {
        for (Entry<?> entry = queue.poll(); entry != null; entry = queue.poll()) {
            entry.end(closing());
        }
    }

    private static HearthException closing() {
        return new HearthException(ErrorCode.SHUTTING_DOWN, "the database is being closed");
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

    private static final class Entry<T> {
        private final Work<T> work;
        private final End<T> end;
        private @Nullable T result;
        private @Nullable HearthException failure;

        Entry(Work<T> work, End<T> end) {
            this.work = work;
            this.end = end;
        }

        boolean attempt(Handle handle, Dialect dialect) {
            try {
                result = work.run(handle);
                return true;
            } catch (Exception | Error broken) {
                // An error too: it would end the only thread that writes, and every later write would wait for ever.
                failure = StoreFault.of(broken, dialect);
                return false;
            }
        }

        void end(@Nullable HearthException ofBatch) {
            HearthException cause = failure != null ? failure : ofBatch;
            T value = result;
            if (cause != null || value == null) {
                end.failed(cause != null ? cause : closing());
            } else {
                end.committed(value);
            }
        }
    }
}
