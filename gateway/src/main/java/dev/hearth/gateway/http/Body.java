package dev.hearth.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request's whole body, and the room in the budget that it takes until it is released. */
public final class Body {
    private final Buffer bytes;
    private final BodyBudget budget;
    private final long reserved;
    private final AtomicBoolean released = new AtomicBoolean();

    Body(Buffer bytes, BodyBudget budget, long reserved) {
        this.bytes = bytes;
        this.budget = budget;
        this.reserved = reserved;
    }

    public Buffer bytes() {
        return bytes;
    }

    /** Gives the room back; calling it again does nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            budget.release(reserved);
        }
    }
}
