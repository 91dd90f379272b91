package dev.hearth.gateway.auth;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A key as its holder has it, {@code hearth_ID_SECRET}: shown once, when it is made, and sent with each request.
 *
 * <p>The id finds the key and is no secret; the secret has 256 random bits. Both are hexadecimal, of fixed length.
 */
final class KeyText {
    static final String PREFIX = "hearth_";
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;
    private static final int ID_END = PREFIX.length() + 2 * ID_BYTES;
    private static final int LENGTH = ID_END + 1 + 2 * SECRET_BYTES;

    private final String text;

    private KeyText(String text) {
        this.text = text;
    }

    static KeyText make(SecureRandom random) {
        return new KeyText(PREFIX + hex(random, ID_BYTES) + "_" + hex(random, SECRET_BYTES));
    }

    private static String hex(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Empty when the text has not the form of a key. */
    static Optional<KeyText> parse(String text) {
        boolean form = text.length() == LENGTH
                && text.startsWith(PREFIX)
                && text.charAt(ID_END) == '_'
                && isHex(text, PREFIX.length(), ID_END)
                && isHex(text, ID_END + 1, LENGTH);
        return form ? Optional.of(new KeyText(text)) : Optional.empty();
    }

    /** Whether a text has the form of an id. */
    static boolean isId(String text) {
        return text.length() == 2 * ID_BYTES && isHex(text, 0, text.length());
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    String id() {
        return text.substring(PREFIX.length(), ID_END);
    }

    KeyDigest digest() {
        return KeyDigest.of(text);
    }

    /** The key itself; for its holder only. */
    String reveal() {
        return text;
    }

    /** Without the secret, so that none gets into a log by accident. */
    @Override
    public String toString() {
        return PREFIX + id() + "_...";
    }
}
