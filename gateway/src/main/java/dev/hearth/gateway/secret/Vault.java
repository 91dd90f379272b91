package dev.hearth.gateway.secret;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens texts with AES-256-GCM under the master key. Blocks.
 *
 * <p>A sealed text is {@code 1.KEY.BYTES}: the form, the first 8 bytes of the SHA-256 of the master key, which tell one key
 * from another and nothing of either, and nonce and cipher text in base64. The purpose is authenticated with it, so that a
 * row's secret does not open in the place of another row's.
 */
public final class Vault {
    private static final String FORM = "1";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int FINGERPRINT = 8;
    private static final int DERIVED = 32;

    private final MasterKey master;
    private final SecureRandom random = new SecureRandom();

    public Vault(MasterKey master) {
        this.master = master;
    }

    /**
     * Seals a text.
     *
     * @param purpose whose secret it is, such as {@code registry/default/example.org}
     * @param first whether nothing is sealed yet, so that a key may be made
     * @throws HearthException CONFLICT when there is no key and none may be made, or when it is of no use
     */
    public String seal(String text, String purpose, boolean first) {
        byte[] key = first
                ? master.findOrMake()
                : master.find().orElseThrow(() -> missing("what is stored already could not be opened with a new one"));
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, key, nonce, purpose, text.getBytes(StandardCharsets.UTF_8), 0);
        byte[] both = Arrays.copyOf(nonce, NONCE + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE, sealed.length);
        return FORM + "." + fingerprint(key) + "." + Base64.getEncoder().encodeToString(both);
    }

    /**
     * Opens what {@link #seal} made for the same purpose.
     *
     * @throws HearthException CONFLICT when the key is missing or another one, or when the text was changed
     */
    public String open(String sealed, String purpose) {
        String[] parts = sealed.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(FORM)) {
            throw unopened(purpose, "it is in a form that this version of Hearth does not know");
        }
        byte[] key = master.find().orElseThrow(() -> missing(purpose + " was sealed under it"));
        if (!fingerprint(key).equals(parts[1])) {
            throw unopened(
                    purpose,
                    "it was sealed under another master key (" + parts[1] + ") than the one in " + master.place() + " ("
                            + fingerprint(key) + "): bring that key back, or store the secret again");
        }
        try {
            byte[] both = Base64.getDecoder().decode(parts[2]);
            byte[] nonce = Arrays.copyOf(both, NONCE);
            return new String(run(Cipher.DECRYPT_MODE, key, nonce, purpose, both, NONCE), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | IllegalStateException changed) {
            throw unopened(purpose, "it was changed since it was sealed: store it again");
        }
    }

    /**
     * A secret for one purpose, the same each time: 32 bytes by HKDF (RFC 5869, SHA-256) from the master key, as hexadecimal
     * digits. Neither the key nor the secret of another purpose can be told from it.
     *
     * @param purpose such as {@code webhooks/default}
     * @param first whether nothing is sealed yet, so that a key may be made
     * @throws HearthException CONFLICT when there is no key and none may be made, or when it is of no use
     */
    public String derive(String purpose, boolean first) {
        byte[] key = first
                ? master.findOrMake()
                : master.find().orElseThrow(() -> missing("what is stored already could not be opened with a new one"));
        try {
            byte[] secret = KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(key)
                            .thenExpand(("hearth/" + purpose).getBytes(StandardCharsets.UTF_8), DERIVED));
            return HexFormat.of().formatHex(secret);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("no HKDF", impossible);
        }
    }

    private static byte[] run(int mode, byte[] key, byte[] nonce, String purpose, byte[] bytes, int from) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(bytes, from, bytes.length - from);
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("AES-GCM refused", refused);
        }
    }

    private static String fingerprint(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("no SHA-256", impossible);
        }
    }

    private HearthException missing(String why) {
        return new HearthException(
                ErrorCode.CONFLICT,
                "the master key is missing, and " + why + ": bring back " + master.place() + " or set "
                        + MasterKey.VARIABLE + ", or delete all registry credentials and store them again");
    }

    private static HearthException unopened(String purpose, String why) {
        return new HearthException(ErrorCode.CONFLICT, "the secret " + purpose + " cannot be opened: " + why);
    }
}
