package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.error.Failure;
import dev.hearth.invoker.pool.CallKey;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** Owns a container of an earlier life until it is adopted: waits for its hello, nothing else. */
record Newcomer(Promise<Boolean> dialled) implements ContainerOwner {
    @Override
    public void started(LiveContainer container) {
        dialled.tryComplete(true);
    }

    @Override
    public void lost(LiveContainer container, String reason) {
        dialled.tryComplete(false);
    }

    @Override
    public void tell(Attempt attempt, CallMessage message) {
        throw impossible();
    }

    @Override
    public void initialised(LiveContainer container) {
        throw impossible();
    }

    @Override
    public void initFailed(LiveContainer container, Failure failure) {
        throw impossible();
    }

    @Override
    public void released(LiveContainer container, Attempt attempt, boolean reusable) {
        throw impossible();
    }

    @Override
    public void ending(LiveContainer container) {
        // An earlier life has charged it, and it has run nothing in this one.
    }

    @Override
    public void neverStarted(LiveContainer container, Attempt attempt) {
        throw impossible();
    }

    @Override
    public void log(CallKey call, boolean stderr, long micros, Buffer bytes) {
        throw impossible();
    }

    @Override
    public Failure withTail(Attempt attempt, Failure failure) {
        throw impossible();
    }

    private static IllegalStateException impossible() {
        return new IllegalStateException("a container that is not adopted yet has no calls");
    }
}
