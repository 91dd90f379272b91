package dev.hearth.common.error;

/** Carries a {@link Failure} across code that can only throw: a handler boundary turns it into the error answer. */
public class HearthException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;

    public HearthException(Failure failure) {
        super(failure.code() + ": " + failure.message(), null, false, false);
        this.failure = failure;
    }

    public HearthException(ErrorCode code, String message) {
        this(Failure.before(code, message));
    }

    public Failure failure() {
        return failure;
    }
}
