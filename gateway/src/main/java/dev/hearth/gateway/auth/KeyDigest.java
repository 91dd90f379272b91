package dev.hearth.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a key. A slow hash would gain nothing: it protects words that can be guessed, and a key has 256 random
 * bits. Digests are compared in a time that does not depend on where they differ.
 */
final class KeyDigest {
    /** Of no key: its preimage is not known to anybody. */
    static final KeyDigest NONE = new KeyDigest(new byte[32]);

    private final byte[] bytes;

    private KeyDigest(byte[] bytes) {
        this.bytes = bytes;
    }

    static KeyDigest of(String key) {
        try {
            return new KeyDigest(
                    MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    static KeyDigest ofHex(String hex) {
        return new KeyDigest(HexFormat.of().parseHex(hex));
    }

    boolean matches(KeyDigest other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return "KeyDigest";
    }
}
