package dev.hearth.client;

import org.jspecify.annotations.Nullable;

/** The request is wrong, or not allowed: it has to be changed before it is sent again. */
public final class RefusedException extends HearthException {
    private static final long serialVersionUID = 1L;

    RefusedException(FailureCause failure, boolean retryable, String invocation, @Nullable Throwable reason) {
        super(failure, retryable, invocation, reason);
    }
}
