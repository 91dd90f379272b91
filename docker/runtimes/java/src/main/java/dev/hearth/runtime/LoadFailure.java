package dev.hearth.runtime;

/** The code cannot be loaded, for a reason that is not an exception of its own. */
final class LoadFailure extends Exception {
    private final String type;
    private final String details;

    private LoadFailure(String type, String message, String details) {
        super(message);
        this.type = type;
        this.details = details;
    }

    static LoadFailure handlerNotFound(String message) {
        return new LoadFailure("HandlerNotFound", message, "");
    }

    static LoadFailure invalidInit(String message) {
        return new LoadFailure("InvalidInit", message, "");
    }

    /** @param details all that the compiler said */
    static LoadFailure notCompiled(String message, String details) {
        return new LoadFailure("CompilationError", message, details);
    }

    Failure failure() {
        return new Failure(type, String.valueOf(getMessage()), details);
    }
}
