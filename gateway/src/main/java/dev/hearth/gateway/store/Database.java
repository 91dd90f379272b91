package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The head node's durable state: blocking work goes in, futures on the caller's context come out.
 *
 * <p>A future of {@link #write} succeeds only after its transaction is on disk. Failures are {@link HearthException}s:
 * those that the work threw itself, STORE_UNAVAILABLE with a sentence for the database's own trouble, and INTERNAL with the
 * id of a log entry for what should not have happened.
 */
public final class Database implements AutoCloseable {
    private final Dialect dialect;
    private final FolderLock lock;
    private final Head head;
    private final GroupCommit writer;
    private final ThreadPoolExecutor readers;
    private final BlockingQueue<Session> idle;

    private Database(Dialect dialect, FolderLock lock, Head head, List<Session> sessions, StoreSettings settings) {
        this.dialect = dialect;
        this.lock = lock;
        this.head = head;
        this.writer = new GroupCommit(sessions.getFirst(), dialect, settings);
        this.idle = new ArrayBlockingQueue<>(settings.readers(), false, sessions.subList(1, sessions.size()));
        this.readers = new ThreadPoolExecutor(
                settings.readers(),
                settings.readers(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(settings.queue()),
                Thread.ofPlatform().name("store-reader-", 0).daemon().factory());
    }

    /**
     * Opens the database of a folder or server, creating or upgrading it.
     *
     * @throws HearthException STORE_UNAVAILABLE with a sentence: in use, locked, damaged, of a newer version, not writable,
     *     not reachable
     */
    public static Database open(StoreSettings settings) {
        FolderLock lock = FolderLock.take(settings.folder());
        Dialect dialect = settings.dialect();
        List<Session> sessions = new ArrayList<>();
        try {
            Jdbi jdbi = Jdbi.create(dialect.dataSource());
            Head head = new Head(dialect);
            Session writer = new Session(jdbi, dialect, new Outage(settings.patience()), head::claim);
            sessions.add(writer);
            Handle writing = writer.handle();
            dialect.examine(writing);
            Schema.migrate(dialect);
            head.begin(writing);
            // Not the writer's: one that has lost its right to write can still read.
            Outage ofReaders = new Outage(settings.patience());
            for (int i = 0; i < settings.readers(); i++) {
                Session reader = new Session(jdbi, dialect, ofReaders, handle -> {});
                sessions.add(reader);
                reader.handle();
            }
            return new Database(dialect, lock, head, sessions, settings);
        } catch (RuntimeException failure) {
            sessions.forEach(Session::close);
            lock.close();
            throw StoreFault.of(failure, dialect);
        }
    }

    /** Counts up at each start of a head node on this database, so that what an earlier one began is known as old. */
    public long epoch() {
        return head.epoch();
    }

    /** Runs the work in a transaction of the writer; the result is there when it is on disk. */
    public <T> Future<T> write(Work<T> work) {
        return write(work, result -> {});
    }

    /**
     * As {@link #write(Work)}; the follow-up runs on the writer's thread after the commit and before the future is told,
     * in the order of the commits: what keeps a snapshot in memory belongs there. It must be quick and not throw.
     */
    public <T> Future<T> write(Work<T> work, Consumer<T> committed) {
        Answer<T> answer = new Answer<>();
        writer.submit(work, new Piece.End<>() {
            @Override
            public void committed(T result) {
                try {
                    committed.accept(result);
                } finally {
                    answer.succeed(result);
                }
            }

            @Override
            public void failed(HearthException failure) {
                answer.fail(failure);
            }
        });
        return answer.future();
    }

    /** Runs the work on a reader's thread and connection, outside a transaction. */
    public <T> Future<T> read(Work<T> work) {
        Answer<T> answer = new Answer<>();
        try {
            readers.execute(() -> answerRead(work, answer));
        } catch (RejectedExecutionException full) {
            answer.fail(new HearthException(
                    readers.isShutdown() ? ErrorCode.SHUTTING_DOWN : ErrorCode.TOO_MANY_REQUESTS,
                    "the database takes no more reads now"));
        }
        return answer.future();
    }

    private <T> void answerRead(Work<T> work, Answer<T> answer) {
        try {
            Session session = idle.take();
            try {
                answer.succeed(session.read(work));
            } finally {
                idle.add(session);
            }
        } catch (InterruptedException closing) {
            answer.fail(Piece.closing());
        } catch (Exception | Error broken) {
            // An error too: whoever waits must be told of it.
            answer.fail(StoreFault.of(broken, dialect));
        }
    }

    /** Blocks until all work handed in before has ended, then closes connections and gives the folder back. */
    @Override
    public void close() {
        writer.close();
        readers.close();
        idle.forEach(Session::close);
        lock.close();
    }

    /** A promise that is kept on the context of the one who asked. */
    private static final class Answer<T> {
        private final Promise<T> promise = Promise.promise();
        private final @Nullable Context context = Vertx.currentContext();

        Future<T> future() {
            return promise.future();
        }

        void succeed(T result) {
            dispatch(() -> promise.complete(result));
        }

        void fail(Throwable failure) {
            dispatch(() -> promise.fail(failure));
        }

        private void dispatch(Runnable end) {
            if (context == null) {
                end.run();
            } else {
                context.runOnContext(ignored -> end.run());
            }
        }
    }
}
