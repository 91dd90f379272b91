package dev.hearth.invoker.blocking;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs blocking work on one virtual thread each: at most so many at once, at most so many waiting, each with a deadline.
 *
 * <p>The result comes back on the Vert.x context of the caller. The deadline counts from the call, waiting included. When
 * it passes, the future fails with {@link TimeoutException} whatever the thread does, and the thread is interrupted. A
 * thread that ignores that keeps its place among the running ones, so that hung work can never be more than the bound;
 * work beyond both bounds is refused at once with {@link RejectedExecutionException}.
 */
public final class BlockingWork implements AutoCloseable {
    private final Vertx vertx;
    private final String name;
    private final Bounds bounds;
    private final Semaphore permits;
    private final AtomicInteger accepted = new AtomicInteger();
    private final ThreadFactory threads;
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * How much work there may be.
     *
     * @param running threads at work at once; at least 1
     * @param waiting calls that wait for one of them; at least 0
     */
    public record Bounds(int running, int waiting) {
        public Bounds {
            if (running < 1 || waiting < 0) {
                throw new IllegalArgumentException("blocking work needs a thread: running is " + running
                        + ", must be at least 1; waiting is " + waiting + ", must be at least 0");
            }
        }
    }

    /** Work named for its threads and for its messages. */
    public BlockingWork(Vertx vertx, String name, Bounds bounds) {
        this.vertx = vertx;
        this.name = name;
        this.bounds = bounds;
        permits = new Semaphore(bounds.running());
        threads = Thread.ofVirtual().name(name + "-", 0).factory();
    }

    /** Blocking work without a result. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** As {@link #run}, for work without a result. */
    public Future<Void> act(Duration deadline, Action action) {
        return run(deadline, () -> {
                    action.run();
                    return true;
                })
                .mapEmpty();
    }

    /** Runs the work; what it throws fails the future as it is. */
    public <T> Future<T> run(Duration deadline, Callable<T> work) {
        int most = bounds.running() + bounds.waiting();
        if (closed) {
            return Future.failedFuture(new RejectedExecutionException(name + " is closed"));
        }
        if (accepted.incrementAndGet() > most) {
            accepted.decrementAndGet();
            return Future.failedFuture(
                    new RejectedExecutionException(name + ": " + most + " calls are running and waiting"));
        }
        Context context = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        Thread thread = threads.newThread(() -> work(work, promise, context));
        alive.add(thread);
        thread.start();
        long timer = vertx.setTimer(Math.max(1, deadline.toMillis()), id -> {
            if (promise.tryFail(new TimeoutException(name + ": no answer within " + deadline.toMillis() + " ms"))) {
                thread.interrupt();
            }
        });
        Future<T> result = promise.future();
        result.onComplete(done -> vertx.cancelTimer(timer));
        return result;
    }

    private <T> void work(Callable<T> work, Promise<T> promise, Context context) {
        try {
            T result = permitted(work);
            context.runOnContext(v -> promise.tryComplete(result));
        } catch (Throwable failed) {
            context.runOnContext(v -> promise.tryFail(failed));
        } finally {
            alive.remove(Thread.currentThread());
            accepted.decrementAndGet();
        }
    }

    private <T> T permitted(Callable<T> work) throws Exception {
        permits.acquire();
        try {
            return work.call();
        } finally {
            permits.release();
        }
    }

    /** Calls that run or wait; falls back to zero when all have ended. */
    public int pending() {
        return accepted.get();
    }

    /** Interrupts what runs and takes nothing more. */
    @Override
    public void close() {
        closed = true;
        alive.forEach(Thread::interrupt);
    }
}
