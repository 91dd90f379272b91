package dev.hearth.client;

import org.jspecify.annotations.Nullable;

/** The node has no room for the request now, and its retries are used up. */
public final class OverloadedException extends HearthException {
    private static final long serialVersionUID = 1L;

    OverloadedException(FailureCause failure, boolean retryable, String invocation, @Nullable Throwable reason) {
        super(failure, retryable, invocation, reason);
    }
}
