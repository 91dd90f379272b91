package dev.hearth.invoker.docker;

/** Why the engine did not do what it was asked; the message is for people. */
public final class EngineFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Kind kind;

    /** What a caller can decide by. */
    public enum Kind {
        /** Nothing listens on the engine's socket, or the connection broke. */
        UNREACHABLE,
        /** No answer before the deadline: whether it was done is not known. */
        TIMED_OUT,
        NO_SUCH_IMAGE,
        NO_SUCH_CONTAINER,
        /** The engine, or Hearth's own bound on calls, does not accept the request as it is. */
        REFUSED,
        /** The present state of the container or its name forbids it. */
        CONFLICT,
        OTHER
    }

    public EngineFault(Kind kind, String message, Throwable cause) {
        super(message, cause, false, false);
        this.kind = kind;
    }

    public EngineFault(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
