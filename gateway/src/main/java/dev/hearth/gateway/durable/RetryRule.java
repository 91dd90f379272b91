package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Whether an invocation is tried again after an attempt, and when. */
final class RetryRule {
    /** Trying again cannot help, or was not asked for. */
    private static final Set<ErrorCode> FINAL = EnumSet.of(
            ErrorCode.CANCELLED,
            ErrorCode.EXPIRED,
            ErrorCode.FUNCTION_NOT_FOUND,
            ErrorCode.NOT_FOUND,
            ErrorCode.NOT_ALLOWED,
            ErrorCode.NOT_SUPPORTED,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.INGRESS_EXCEEDED);

    /** Nothing ran for want of room or of the database: it waits on. */
    private static final Set<ErrorCode> NOT_BEGUN =
            EnumSet.of(ErrorCode.NO_CAPACITY, ErrorCode.TOO_MANY_REQUESTS, ErrorCode.STORE_UNAVAILABLE);

    /** Hearth's own trouble, not the function's. */
    private static final Set<ErrorCode> LOST =
            EnumSet.of(ErrorCode.NODE_LOST, ErrorCode.INTERNAL, ErrorCode.STORE_UNAVAILABLE);

    private static final long ROOM_WAIT_MILLIS = 1_000;
    private static final double SPREAD = 0.2;

    private final DurableSettings settings;

    RetryRule(DurableSettings settings) {
        this.settings = settings;
    }

    /** What becomes of an invocation. */
    sealed interface Next {
        /** It has ended; with a failure it is a dead letter unless it was cancelled. */
        record Done(Optional<Failure> failure) implements Next {}

        /**
         * It is tried again.
         *
         * @param counts whether this attempt used up one of its retries
         * @param lost whether this attempt was lost by no fault of the function
         */
        record Again(long waitMillis, boolean counts, boolean lost) implements Next {}
    }

    /**
     * What an invocation has behind it.
     *
     * @param failures attempts that used up a retry
     * @param losses attempts that were lost by no fault of the function
     */
    record Past(int failures, int losses) {}

    /**
     * Decides.
     *
     * @param failure of the attempt; empty when it succeeded
     * @param past without this attempt
     * @param expiresIn milliseconds until it expires; {@code Long.MAX_VALUE} for never
     * @param random from 0 to 1, spreads the retries of calls that failed together
     */
    Next after(Optional<Failure> failure, Terms terms, Past past, long expiresIn, double random) {
        if (failure.isEmpty()) {
            return new Next.Done(failure);
        }
        ErrorCode code = failure.get().code();
        Next next = FINAL.contains(code) ? new Next.Done(failure) : retried(failure.get(), terms, past, random);
        return next instanceof Next.Again again && again.waitMillis() >= expiresIn
                ? new Next.Done(Optional.of(expired(failure.get(), past)))
                : next;
    }

    private Next retried(Failure failure, Terms terms, Past past, double random) {
        ErrorCode code = failure.code();
        if (NOT_BEGUN.contains(code) && failure.ran() == Ran.NO) {
            return new Next.Again(ROOM_WAIT_MILLIS, false, false);
        }
        if (code == ErrorCode.SHUTTING_DOWN) {
            return new Next.Again(0, false, false);
        }
        if (LOST.contains(code)) {
            return past.losses() + 1 > settings.losses()
                    ? new Next.Done(Optional.of(failure))
                    : new Next.Again(wait(settings.backoff().toMillis(), past.losses(), random), false, true);
        }
        return past.failures() + 1 > terms.retries()
                ? new Next.Done(Optional.of(failure))
                : new Next.Again(wait(terms.backoffMillis(), past.failures(), random), true, false);
    }

    private long wait(long first, int before, double random) {
        double most = settings.backoffMost().toMillis();
        double doubled = Math.min(most, first * Math.pow(2, Math.min(before, 62)));
        return Math.round(doubled * (1 - SPREAD + 2 * SPREAD * random));
    }

    static Failure expired(Failure last, Past past) {
        int attempts = past.failures() + past.losses() + (last.ran() == Ran.NO ? 0 : 1);
        String message = "it was not done when its expiresAfter was over"
                + (attempts == 0 ? "; it never ran" : "; attempts so far: " + attempts)
                + "; the last thing that happened: "
                + last.code() + ": " + last.message();
        return new Failure(ErrorCode.EXPIRED, message, last.type(), last.stack(), last.logTail(), last.ran());
    }
}
