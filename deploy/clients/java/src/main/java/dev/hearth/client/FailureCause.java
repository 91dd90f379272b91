package dev.hearth.client;

import java.util.List;

/**
 * Why a request or an invocation failed.
 *
 * @param code the kind of failure
 * @param message what failed, with the numbers compared
 * @param type of the exception that the function raised; empty when it raised none
 * @param stack of that exception; may be empty
 * @param log the last lines that the invocation wrote; may be empty
 */
public record FailureCause(ErrorCode code, String message, String type, String stack, List<String> log) {
    public FailureCause {
        log = List.copyOf(log);
    }

    static FailureCause of(Fields fields) {
        ErrorCode code = ErrorCode.named(fields.text("code"));
        String unknown = code == ErrorCode.UNKNOWN ? fields.text("code") + ": " : "";
        return new FailureCause(
                code, unknown + fields.text("message"), fields.text("type"), fields.text("stack"), fields.texts("log"));
    }

    static FailureCause of(ErrorCode code, String message) {
        return new FailureCause(code, message, "", "", List.of());
    }
}
