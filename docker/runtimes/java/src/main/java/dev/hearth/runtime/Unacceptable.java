package dev.hearth.runtime;

/** A body that cannot be read or sent. */
final class Unacceptable extends Exception {
    private static final int INVALID_EVENT = 2;
    private static final int INVALID_RESULT = 3;

    private final int status;
    private final String type;

    private Unacceptable(int status, String type, String message) {
        super(message);
        this.status = status;
        this.type = type;
    }

    static Unacceptable event(String message) {
        return new Unacceptable(INVALID_EVENT, "InvalidEvent", message);
    }

    static Unacceptable result(String message) {
        return new Unacceptable(INVALID_RESULT, "InvalidResult", message);
    }

    int status() {
        return status;
    }

    Failure failure() {
        return new Failure(type, String.valueOf(getMessage()), "");
    }
}
