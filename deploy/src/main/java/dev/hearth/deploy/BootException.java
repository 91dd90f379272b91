package dev.hearth.deploy;

/** The node cannot start; the message is one clear sentence for the operator. */
final class BootException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BootException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    BootException(String sentence) {
        super(sentence);
    }
}
