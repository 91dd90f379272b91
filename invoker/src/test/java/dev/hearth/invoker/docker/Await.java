package dev.hearth.invoker.docker;

import io.vertx.core.Future;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits in a test for a future, with a deadline. */
final class Await {
    private Await() {}

    static <T> T result(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing within 60 s", late);
        }
    }

    static EngineFault fault(Future<?> future) {
        try {
            throw new AssertionError("no fault but " + result(future));
        } catch (EngineFault fault) {
            return fault;
        } catch (CompletionException wrapped) {
            throw new AssertionError("no fault", wrapped);
        }
    }
}
