package dev.hearth.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the node refused or could not do; the kinds below it are what callers tell apart. */
public sealed class HearthException extends RuntimeException
        permits RefusedException,
                NotFoundException,
                OverloadedException,
                UnavailableException,
                FunctionFailedException {
    private static final long serialVersionUID = 1L;

    private final transient FailureCause failure;
    private final boolean retryable;
    private final String invocation;

    HearthException(FailureCause failure, boolean retryable, String invocation, @Nullable Throwable reason) {
        super(failure.code() + ": " + failure.message(), reason);
        this.failure = failure;
        this.retryable = retryable;
        this.invocation = invocation;
    }

    public ErrorCode code() {
        return failure.code();
    }

    /** All that the node said of it. */
    public FailureCause failure() {
        return failure;
    }

    /** Whether the same request can succeed when it is sent again, and nothing has run that would run twice. */
    public boolean retryable() {
        return retryable;
    }

    /** The id of the invocation that failed, if it is one's failure. */
    public Optional<String> invocation() {
        return invocation.isEmpty() ? Optional.empty() : Optional.of(invocation);
    }
}
