package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Connections outside of the writer's transactions, and a thread for each. */
final class Readers implements AutoCloseable {
    private final Dialect dialect;
    private final ThreadPoolExecutor threads;
    private final BlockingQueue<Session> idle;

    /**
     * Over these sessions.
     *
     * @param name of their threads
     * @param queue pieces of work that may wait
     */
    Readers(Dialect dialect, List<Session> sessions, String name, int queue) {
        this.dialect = dialect;
        this.idle = new ArrayBlockingQueue<>(sessions.size(), false, sessions);
        this.threads = new ThreadPoolExecutor(
                sessions.size(),
                sessions.size(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(queue),
                Thread.ofPlatform().name(name, 0).daemon().factory());
    }

    <T> Future<T> read(Work<T> work) {
        Answer<T> answer = new Answer<>();
        try {
            threads.execute(() -> answer(work, answer));
        } catch (RejectedExecutionException full) {
            answer.fail(new HearthException(
                    threads.isShutdown() ? ErrorCode.SHUTTING_DOWN : ErrorCode.TOO_MANY_REQUESTS,
                    "the database takes no more reads now"));
        }
        return answer.future();
    }

    private <T> void answer(Work<T> work, Answer<T> answer) {
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

    @Override
    public void close() {
        threads.close();
        idle.forEach(Session::close);
    }
}
