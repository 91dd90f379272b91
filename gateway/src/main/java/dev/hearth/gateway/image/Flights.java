package dev.hearth.gateway.image;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Durations;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Blocking calls of the engine, one at a time per image reference: who asks while one is under way gets its result.
 *
 * <p>A flight is over when its call ends or when its deadline passes, whichever comes first; a thread that is still stuck
 * in the engine then stays busy, and the bounded queue behind it is what the others feel.
 */
final class Flights<T> implements AutoCloseable {
    private final Vertx vertx;
    private final String name;
    private final Duration deadline;
    private final ThreadPoolExecutor threads;
    private final ConcurrentHashMap<String, Future<T>> under = new ConcurrentHashMap<>();

    Flights(Vertx vertx, String name, ImageSettings settings, Duration deadline) {
        this.vertx = vertx;
        this.name = name;
        this.deadline = deadline;
        this.threads = new ThreadPoolExecutor(
                settings.parallel(),
                settings.parallel(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(settings.waiting()),
                Thread.ofPlatform().name(name + "-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** The running call's result, or that of a new one; told on the caller's context. */
    Future<T> join(String reference, Callable<T> call) {
        Promise<T> mine = Promise.promise();
        Context context = Vertx.currentContext();
        Promise<T> flight = Promise.promise();
        Future<T> running = under.putIfAbsent(reference, flight.future());
        if (running == null) {
            depart(reference, call, flight);
            running = flight.future();
        }
        running.onComplete(ended -> {
            if (context == null) {
                mine.handle(ended);
            } else {
                context.runOnContext(ignored -> mine.handle(ended));
            }
        });
        return mine.future();
    }

    private void depart(String reference, Callable<T> call, Promise<T> flight) {
        long timer = vertx.setTimer(deadline.toMillis() + 1, ignored -> land(reference, flight, late(reference)));
        try {
            threads.execute(() -> {
                fly(reference, call, flight);
                vertx.cancelTimer(timer);
            });
        } catch (RejectedExecutionException full) {
            vertx.cancelTimer(timer);
            land(
                    reference,
                    flight,
                    Future.failedFuture(new HearthException(
                            ErrorCode.TOO_MANY_REQUESTS, "too many images wait for the engine (" + name + ")")));
        }
    }

    private void fly(String reference, Callable<T> call, Promise<T> flight) {
        Future<T> result;
        try {
            result = Future.succeededFuture(call.call());
        } catch (HearthException told) {
            result = Future.failedFuture(told);
        } catch (InterruptedException closing) {
            result = Future.failedFuture(
                    new HearthException(ErrorCode.SHUTTING_DOWN, "image " + reference + ": the node is stopping"));
        } catch (Exception broken) {
            result = Future.failedFuture(EngineImages.failed(reference, Reason.of(broken)));
        }
        land(reference, flight, result);
    }

    private void land(String reference, Promise<T> flight, Future<T> result) {
        under.remove(reference, flight.future());
        if (result.succeeded()) {
            flight.tryComplete(result.result());
        } else {
            flight.tryFail(result.cause());
        }
    }

    private Future<T> late(String reference) {
        return Future.failedFuture(
                EngineImages.failed(reference, "the engine did not answer within " + Durations.format(deadline)));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
