package dev.hearth.common.pki;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a new member shows to join, and by which it knows the right head: {@code hearth1.CODE.FINGERPRINT}.
 *
 * <p>The code is when it expires, the role that it is for and a nonce, under a keyed hash that only the authority's key can make: so every head takes
 * it, none keeps it, and it may be used again until it expires. The fingerprint is the SHA-256 of the authority's
 * certificate. The idea is that of the token and CA hash by which {@code kubeadm} joins.
 */
public final class JoinToken {
    private static final String VERSION = "hearth1";
    private static final int NONCE = 7;
    private static final int HEAD = Long.BYTES + 1 + NONCE;
    private static final int CODE = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;
    private final byte[] head;
    private final byte[] code;
    private final String fingerprint;

    private JoinToken(String text, byte[] head, byte[] code, String fingerprint) {
        this.text = text;
        this.head = head;
        this.code = code;
        this.fingerprint = fingerprint;
    }

    /** A new one of the authority, for members of that role. */
    public static JoinToken make(Authority authority, Role role, Instant expires) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        byte[] head = ByteBuffer.allocate(HEAD)
                .putLong(expires.getEpochSecond())
                .put(role.letter)
                .put(nonce)
                .array();
        byte[] code = Arrays.copyOf(Fingerprint.code(authority, head), CODE);
        byte[] all = ByteBuffer.allocate(HEAD + CODE).put(head).put(code).array();
        String fingerprint = Fingerprint.of(authority.certificate());
        return new JoinToken(VERSION + "." + Fingerprint.text(all) + "." + fingerprint, head, code, fingerprint);
    }

    /**
     * Reads one, without knowing yet whether a head takes it.
     *
     * @throws PkiFault when it has another form
     */
    public static JoinToken parse(String text) {
        String[] parts = text.strip().split("\\.", -1);
        byte @Nullable [] body = parts.length == 3 && parts[0].equals(VERSION) ? decoded(parts[1]) : null;
        if (body == null || body.length != HEAD + CODE) {
            throw new PkiFault(
                    "that is no join token: 'hearth certs token' on the head prints one, which begins with 'hearth1.'");
        }
        return new JoinToken(
                text.strip(), Arrays.copyOf(body, HEAD), Arrays.copyOfRange(body, HEAD, body.length), parts[2]);
    }

    private static byte @Nullable [] decoded(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether the authority made it and it has not expired. */
    public boolean isOf(Authority authority, Instant now) {
        byte[] right = Arrays.copyOf(Fingerprint.code(authority, head), CODE);
        return MessageDigest.isEqual(right, code) && now.isBefore(expires());
    }

    /** Whether it is for members of that role. */
    public boolean isFor(Role role) {
        return head[Long.BYTES] == role.letter;
    }

    public Instant expires() {
        return Instant.ofEpochSecond(ByteBuffer.wrap(head).getLong());
    }

    /** Whether the certificate is that of the authority that made it. */
    boolean names(X509Certificate authority) {
        return Fingerprint.of(authority).equals(fingerprint);
    }

    /** The token itself: a secret until it expires. */
    public String text() {
        return text;
    }
}
