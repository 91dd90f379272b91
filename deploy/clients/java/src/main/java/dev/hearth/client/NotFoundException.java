package dev.hearth.client;

import org.jspecify.annotations.Nullable;

/** There is no such function, or no record of such an invocation. */
public final class NotFoundException extends HearthException {
    private static final long serialVersionUID = 1L;

    NotFoundException(FailureCause failure, boolean retryable, String invocation, @Nullable Throwable reason) {
        super(failure, retryable, invocation, reason);
    }
}
