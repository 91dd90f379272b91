package dev.hearth.invoker.runtime;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;

/**
 * Why a container is killed for one of its calls, and what each of its calls is told then.
 *
 * <p>Only the container's end proves the call's, so the calls beside it end with it. Each is told its own reason if it has
 * one by then: it was cancelled, or its time is up as well.
 *
 * @param of the call
 * @param code TIMEOUT or CANCELLED
 */
record Kill(Attempt of, ErrorCode code) {
    Kill {
        of.endsFor(code);
    }

    Failure tells(Attempt each, long nanos, boolean proven) {
        if (each.late(nanos)) {
            each.endsFor(ErrorCode.TIMEOUT);
        }
        return each.endsFor()
                .map(own -> own == ErrorCode.CANCELLED
                        ? Verdict.cancelled(each.revision, proven)
                        : Verdict.timeout(each.revision, each.limit, proven))
                .orElseGet(() -> Verdict.beside(each.revision, words(), proven));
    }

    private String words() {
        return code == ErrorCode.CANCELLED ? "was cancelled" : "ran longer than " + of.limit;
    }
}
