package dev.hearth.common.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What tokens are made of: the SHA-256 of an authority's certificate, and codes that only its key can make. */
final class Fingerprint {
    private static final String MAC = "HmacSHA256";
    private static final byte[] PURPOSE = "hearth join token v1".getBytes(StandardCharsets.US_ASCII);
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private Fingerprint() {}

    static String of(X509Certificate certificate) {
        try {
            return TEXT.encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] code(Authority authority, byte[] of) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(authority.key().getEncoded(), MAC));
            mac.update(PURPOSE);
            return mac.doFinal(of);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(byte[] bytes) {
        return TEXT.encodeToString(bytes);
    }
}
