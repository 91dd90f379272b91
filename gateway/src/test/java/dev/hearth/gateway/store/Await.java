package dev.hearth.gateway.store;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures in tests, with a deadline. */
public final class Await {
    private Await() {}

    /** The result, or the failure as it was. */
    public static <T> T of(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no result within 20 seconds", late);
        }
    }
}
