package dev.hearth.gateway.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** A promise that is kept on the context of the one who asked. */
final class Answer<T> {
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
