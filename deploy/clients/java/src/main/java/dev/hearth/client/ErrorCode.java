package dev.hearth.client;

/** The codes by which the node says what failed; docs and {@code /openapi.yaml} tell what to do about each. */
public enum ErrorCode {
    INVALID_REQUEST,
    NOT_SUPPORTED,
    UNAUTHENTICATED,
    FORBIDDEN,
    FUNCTION_NOT_FOUND,
    NOT_FOUND,
    CONFLICT,
    CANCELLED,
    EXPIRED,
    INGRESS_EXCEEDED,
    NOT_ALLOWED,
    TOO_MANY_REQUESTS,
    INTERNAL,
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
    NODE_LOST,
    SHUTTING_DOWN,
    NO_CAPACITY,
    STORE_UNAVAILABLE,
    TIMEOUT,
    /** No answer of a node came: there was no connection, or it broke. */
    NO_ANSWER,
    /** A code of a newer node, or an answer of something that is no node; the message has its text. */
    UNKNOWN;

    static ErrorCode named(String name) {
        for (ErrorCode code : values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
