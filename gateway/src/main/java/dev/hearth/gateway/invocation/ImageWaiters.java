package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls that wait for the image of their function's first revision, before they have a place in the queue. */
final class ImageWaiters {
    private final int most;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Nobody waits yet.
     *
     * @param most calls that may wait so (queue.length)
     */
    ImageWaiters(int most) {
        this.most = most;
    }

    /** The revision, or why it cannot be had within that time. */
    Future<Revision> join(FunctionName name, Future<Revision> coming, long millis) {
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            return Future.failedFuture(new HearthException(
                    ErrorCode.TOO_MANY_REQUESTS, most + " calls wait for images already (queue.length)"));
        }
        return coming.timeout(Math.max(1, millis), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new HearthException(
                                        ErrorCode.NO_CAPACITY,
                                        "the image of " + name + " did not come within " + millis
                                                + " ms (?queue=); it is still on its way: see GET /v1/functions/"
                                                + name.name())
                                : failure))
                .onComplete(ignored -> waiting.decrementAndGet());
    }
}
