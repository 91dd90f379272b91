package dev.hearth.common.error;

import java.util.List;

/**
 * Why a call failed, as a value.
 *
 * @param code the kind of failure
 * @param message what failed, for which id, with the numbers compared
 * @param type the user exception's type; empty when no user code raised
 * @param stack the user exception's stack without the runtime's own frames; may be empty
 * @param logTail the last lines of the invocation's log, oldest first; may be empty
 * @param ran whether the function's code may have run
 */
public record Failure(ErrorCode code, String message, String type, String stack, List<String> logTail, Ran ran) {
    public Failure {
        logTail = List.copyOf(logTail);
    }

    /** A failure before any user code ran. */
    public static Failure before(ErrorCode code, String message) {
        return new Failure(code, message, "", "", List.of(), Ran.NO);
    }

    /** A failure after user code started. */
    public static Failure during(ErrorCode code, String message) {
        return new Failure(code, message, "", "", List.of(), Ran.YES);
    }

    public Failure withLogTail(List<String> lines) {
        return new Failure(code, message, type, stack, lines, ran);
    }
}
