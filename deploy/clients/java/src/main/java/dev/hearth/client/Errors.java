package dev.hearth.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes exceptions of what the node answers. */
final class Errors {
    private static final int SHOWN = 200;

    private Errors() {}

    /** Of an answer whose status is no success. */
    static HearthException of(Answer answer) {
        Optional<Fields> error = parsed(answer.body()).flatMap(all -> all.object("error"));
        return error.map(fields -> of(FailureCause.of(fields), fields.flag("retryable"), fields.text("invocation")))
                .orElseGet(() -> strange(answer));
    }

    private static Optional<Fields> parsed(byte[] body) {
        try {
            return Optional.of(Fields.parse(body));
        } catch (JsonException notOurs) {
            return Optional.empty();
        }
    }

    /** Of an answer that no node gives; something between may have given it, and be gone the next time. */
    static HearthException strange(Answer answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        String message = "an answer with HTTP status " + answer.status() + " that no Hearth node gives: " + shown;
        return of(FailureCause.of(ErrorCode.UNKNOWN, message), false, "");
    }

    /** Of an invocation's failure. */
    static HearthException of(FailureCause cause, String invocation) {
        return of(cause, false, invocation);
    }

    /** No answer came. */
    static UnavailableException noAnswer(String what, @Nullable Throwable reason) {
        return new UnavailableException(FailureCause.of(ErrorCode.NO_ANSWER, what), true, "", reason);
    }

    private static HearthException of(FailureCause cause, boolean retryable, String invocation) {
        return switch (cause.code()) {
            case INVALID_REQUEST, NOT_SUPPORTED, UNAUTHENTICATED, FORBIDDEN, CONFLICT, INGRESS_EXCEEDED, NOT_ALLOWED ->
                new RefusedException(cause, retryable, invocation, null);
            case FUNCTION_NOT_FOUND, NOT_FOUND -> new NotFoundException(cause, retryable, invocation, null);
            case TOO_MANY_REQUESTS -> new OverloadedException(cause, retryable, invocation, null);
            case INTERNAL, NODE_LOST, SHUTTING_DOWN, NO_CAPACITY, STORE_UNAVAILABLE, NO_ANSWER, UNKNOWN ->
                new UnavailableException(cause, retryable, invocation, null);
            case CANCELLED,
                    EXPIRED,
                    FUNCTION_ERROR,
                    FUNCTION_CRASHED,
                    OUT_OF_MEMORY,
                    DISK_EXCEEDED,
                    EGRESS_EXCEEDED,
                    INIT_FAILED,
                    INVALID_RESPONSE,
                    IMAGE_PULL_FAILED,
                    REFERENCE_NOT_FOUND,
                    DEPTH_EXCEEDED,
                    TIMEOUT -> new FunctionFailedException(cause, retryable, invocation, null);
        };
    }
}
