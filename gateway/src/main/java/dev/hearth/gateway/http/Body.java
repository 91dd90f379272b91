package dev.hearth.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicLong;

/** A request's whole body, and the room in the budget that it takes until it is released. */
public final class Body {
    private static final long RELEASED = -1;
    private final Buffer bytes;
    private final BodyBudget budget;
    private final AtomicLong reserved;

    Body(Buffer bytes, BodyBudget budget, long reserved) {
        this.bytes = bytes;
        this.budget = budget;
        this.reserved = new AtomicLong(reserved);
    }

    public Buffer bytes() {
        return bytes;
    }

    /**
     * Takes room for what is made of the body, to be given back with it; nobody else may release it meanwhile.
     *
     * @param what names the body in the message
     * @throws dev.hearth.common.error.HearthException when there is too little
     */
    public void reserve(long more, String what) {
        if (!budget.reserve(more)) {
            throw budget.refusal(what, reserved.get() + more);
        }
        reserved.addAndGet(more);
    }

    /** Gives the room back; calling it again does nothing. */
    public void release() {
        long held = reserved.getAndSet(RELEASED);
        if (held != RELEASED) {
            budget.release(held);
        }
    }
}
