package dev.hearth.client;

import org.jspecify.annotations.Nullable;

/** No answer came, or the node could not serve the request: it stops, its database fails, a node was lost. */
public final class UnavailableException extends HearthException {
    private static final long serialVersionUID = 1L;

    UnavailableException(FailureCause failure, boolean retryable, String invocation, @Nullable Throwable reason) {
        super(failure, retryable, invocation, reason);
    }
}
