package dev.hearth.deploy.simulation.trace;

/** A trace that cannot be read, with a sentence for the user that says where and why. */
public final class TraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TraceException(String message) {
        super(message);
    }

    public TraceException(String message, Throwable cause) {
        super(message, cause);
    }
}
