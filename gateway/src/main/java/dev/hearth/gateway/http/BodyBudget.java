package dev.hearth.gateway.http;

import dev.hearth.common.units.Bytes;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes of request bodies that may be in memory at once; any thread may use it. */
public final class BodyBudget {
    private final Bytes total;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(Bytes total) {
        this.total = total;
    }

    /** Takes room for so many bytes, or nothing when there is too little. */
    public boolean reserve(long bytes) {
        if (used.addAndGet(bytes) <= total.value()) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    public void release(long bytes) {
        long left = used.addAndGet(-bytes);
        if (left < 0) {
            throw new IllegalStateException("more body bytes were released than reserved: " + left);
        }
    }

    public long used() {
        return used.get();
    }

    public Bytes total() {
        return total;
    }
}
