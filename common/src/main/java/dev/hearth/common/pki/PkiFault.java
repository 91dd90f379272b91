package dev.hearth.common.pki;

/** A certificate, key or token cannot be used; the message says which, why and what to do. */
public final class PkiFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PkiFault(String sentence) {
        super(sentence);
    }

    PkiFault(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
