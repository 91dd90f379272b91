package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes of bodies that may be in memory at once; any thread may use it. */
public final class BodyBudget {
    private final Bytes total;
    private final String setting;
    private final AtomicLong used = new AtomicLong();

    /**
     * An unused budget.
     *
     * @param setting name of the setting that gives the total, for messages
     */
    public BodyBudget(Bytes total, String setting) {
        this.total = total;
        this.setting = setting;
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

    /** Why so many bytes were not to be had: for ever, when they are more than all there is, or for now. */
    HearthException refusal(String what, long bytes) {
        return bytes > total.value()
                ? new HearthException(
                        ErrorCode.INGRESS_EXCEEDED,
                        what + " needs " + bytes + " bytes of memory, this node keeps " + total + " for all bodies ("
                                + setting + ")")
                : new HearthException(
                        ErrorCode.TOO_MANY_REQUESTS,
                        "bodies of other requests fill the " + total + " of memory kept for them (" + setting + ")");
    }

    public long used() {
        return used.get();
    }
}
