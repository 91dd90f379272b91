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
 * Blocking calls of the engine, one at a time per key: who asks while one is under way gets its result.
 *
 * <p>A flight is over when its call ends or when its deadline passes, whichever comes first; a thread that is still stuck
 * in the engine then stays busy, and the bounded queue behind it is what the others feel.
 */
final class Flights<T> implements AutoCloseable {
    /** What a flight is known by, and its name for people. */
    private record Ticket(String key, String reference) {}

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

    /**
     * The running call's result, or that of a new one; told on the caller's context.
     *
     * @param key calls of the same key are one
     * @param reference names it in messages
     */
    Future<T> join(String key, String reference, Callable<T> call) {
        Promise<T> mine = Promise.promise();
        Context context = Vertx.currentContext();
        Promise<T> flight = Promise.promise();
        Future<T> running = under.putIfAbsent(key, flight.future());
        if (running == null) {
            depart(new Ticket(key, reference), call, flight);
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

    private void depart(Ticket ticket, Callable<T> call, Promise<T> flight) {
        long timer = vertx.setTimer(deadline.toMillis() + 1, ignored -> land(ticket, flight, late(ticket)));
        try {
            threads.execute(() -> {
                fly(ticket, call, flight);
                vertx.cancelTimer(timer);
            });
        } catch (RejectedExecutionException full) {
            vertx.cancelTimer(timer);
            land(
                    ticket,
                    flight,
                    Future.failedFuture(new HearthException(
                            ErrorCode.TOO_MANY_REQUESTS, "too many images wait for the engine (" + name + ")")));
        }
    }

    private void fly(Ticket ticket, Callable<T> call, Promise<T> flight) {
        Future<T> result;
        try {
            result = Future.succeededFuture(call.call());
        } catch (HearthException told) {
            result = Future.failedFuture(told);
        } catch (InterruptedException closing) {
            result = Future.failedFuture(
                    new HearthException(ErrorCode.SHUTTING_DOWN, ticket.reference() + ": the node is stopping"));
        } catch (Exception broken) {
            result = Future.failedFuture(failed(ticket, Reason.of(broken)));
        }
        land(ticket, flight, result);
    }

    private void land(Ticket ticket, Promise<T> flight, Future<T> result) {
        under.remove(ticket.key(), flight.future());
        if (result.succeeded()) {
            flight.tryComplete(result.result());
        } else {
            flight.tryFail(result.cause());
        }
    }

    private Future<T> late(Ticket ticket) {
        return Future.failedFuture(failed(ticket, "the engine did not answer within " + Durations.format(deadline)));
    }

    private static HearthException failed(Ticket ticket, String cause) {
        return new HearthException(ErrorCode.IMAGE_PULL_FAILED, ticket.reference() + ": " + cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
