package dev.hearth.gateway.invocation;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of request and response bodies that the gateway holds at once, bounded by {@code gateway.body-bytes}.
 *
 * <p>Shared by all HTTP event loops. What is taken must be given back exactly once.
 */
public final class BodyBudget {
    private final long capacity;
    private final AtomicLong taken = new AtomicLong();

    public BodyBudget(long capacity) {
        this.capacity = capacity;
    }

    /** Takes the bytes, or nothing when they do not fit. */
    public boolean tryTake(long bytes) {
        if (bytes == 0) {
            return true;
        }
        if (taken.addAndGet(bytes) > capacity) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    public void giveBack(long bytes) {
        if (bytes != 0) {
            taken.addAndGet(-bytes);
        }
    }

    public long capacity() {
        return capacity;
    }

    public long taken() {
        return taken.get();
    }
}
