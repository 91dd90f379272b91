package dev.hearth.client;

import org.jspecify.annotations.Nullable;

/** The function ran and failed, or was ended: by an error of its own, a limit, or somebody who cancelled it. */
public final class FunctionFailedException extends HearthException {
    private static final long serialVersionUID = 1L;

    FunctionFailedException(FailureCause failure, boolean retryable, String invocation, @Nullable Throwable reason) {
        super(failure, retryable, invocation, reason);
    }
}
