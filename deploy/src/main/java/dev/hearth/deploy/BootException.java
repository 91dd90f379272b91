package dev.hearth.deploy;

/** The node cannot start; the message is one clear sentence for the operator. */
public final class BootException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BootException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    public BootException(String sentence) {
        super(sentence);
    }
}
