package dev.hearth.gateway.tls;

/** Why a certificate and key cannot be used, as a sentence without a word of the key. */
final class TlsFault extends Exception {
    private static final long serialVersionUID = 1L;

    TlsFault(String sentence) {
        super(sentence);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
