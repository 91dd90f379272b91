package dev.hearth.common.error;

/**
 * Every way in which a request to Hearth can fail.
 *
 * <p>One enum for the whole product: each code carries its HTTP status, whether the same request can succeed when sent
 * again, and the sentence that tells the user what to do.
 */
public enum ErrorCode {
    INVALID_REQUEST(400, false, "Correct the request as the message says and send it again."),
    NOT_SUPPORTED(400, false, "This part is not built yet; leave the field out."),
    UNAUTHENTICATED(401, false, "Send an API key: Authorization: Bearer KEY."),
    FORBIDDEN(403, false, "This key or origin may not do that."),
    FUNCTION_NOT_FOUND(404, false, "Register the function first: PUT /v1/functions/NAME."),
    NOT_FOUND(404, false, "Check the path and the id."),
    CONFLICT(409, false, "Read the present state and decide again."),
    CANCELLED(409, false, "Somebody asked for this invocation to be cancelled."),
    EXPIRED(409, false, "The invocation waited past its expiresAfter; send it again with a later one."),
    INGRESS_EXCEEDED(413, false, "Send a smaller body or register the function with a larger limits.ingress."),
    NOT_ALLOWED(422, false, "Ask for less, or add a larger node."),
    TOO_MANY_REQUESTS(429, true, "Send the request again after Retry-After seconds."),
    INTERNAL(500, true, "This is a fault of Hearth: look for the id in the node's log and report it."),
    FUNCTION_ERROR(502, false, "The function raised: see type, message and stack."),
    FUNCTION_CRASHED(502, false, "The function's process ended in the middle of the call: see its last log lines."),
    OUT_OF_MEMORY(502, false, "Register the function with a larger limits.memory."),
    DISK_EXCEEDED(502, false, "Write less to /tmp or register the function with a larger limits.disk."),
    EGRESS_EXCEEDED(502, false, "Return less or register the function with a larger limits.egress."),
    INIT_FAILED(502, false, "The code could not be loaded: see type, message, stack and log; then register it again."),
    INVALID_RESPONSE(502, false, "Return a string, bytes or a value that JSON can hold."),
    IMAGE_PULL_FAILED(502, true, "Check the image's name and the registry, then call again."),
    REFERENCE_NOT_FOUND(502, false, "The referenced object or invocation does not exist."),
    DEPTH_EXCEEDED(502, false, "Functions call each other too deeply."),
    NODE_LOST(503, true, "The worker node died; the call may have run."),
    SHUTTING_DOWN(503, true, "The node is stopping; send the request again."),
    NO_CAPACITY(503, true, "No room became free in time; send the request again later or add a node."),
    STORE_UNAVAILABLE(503, true, "The database does not answer; nothing was accepted."),
    TIMEOUT(504, false, "The function ran longer than limits.timeout and was killed.");

    private final int status;
    private final boolean retryable;
    private final String advice;

    ErrorCode(int status, boolean retryable, String advice) {
        this.status = status;
        this.retryable = retryable;
        this.advice = advice;
    }

    /** The HTTP status of an answer with this code. */
    public int status() {
        return status;
    }

    /** Whether the same request can succeed when it is sent again unchanged. */
    public boolean retryable() {
        return retryable;
    }

    /** What the user can do about it, one sentence. */
    public String advice() {
        return advice;
    }
}
