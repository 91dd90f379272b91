package dev.hearth.common.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of keys, certificates and requests, and the files that hold it. */
final class Pem {
    static final String KEY = "PRIVATE KEY";
    static final String CERTIFICATE = "CERTIFICATE";
    static final String REQUEST = "CERTIFICATE REQUEST";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final int MOST_BYTES = 64 * 1024;

    private Pem() {}

    static String text(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + LINES.encodeToString(der) + "\n-----END " + kind + "-----\n";
    }

    /** The first block of that kind. */
    static byte[] block(String kind, String text, String where) {
        Matcher block = Pattern.compile("-----BEGIN " + kind + "-----([A-Za-z0-9+/=\\s]+)-----END " + kind + "-----")
                .matcher(text);
        if (!block.find()) {
            throw new PkiFault(where + " holds no " + kind + " in PEM form");
        }
        try {
            return Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException e) {
            throw new PkiFault(where + " is damaged: " + e.getMessage(), e);
        }
    }

    /** All certificates of the text, at least one. */
    static List<X509Certificate> certificates(String text, String where) {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new PkiFault(where + " holds no certificate");
            }
            return found;
        } catch (CertificateException e) {
            throw new PkiFault(where + " holds no readable certificate: " + e.getMessage(), e);
        }
    }

    static PrivateKey key(String text, String where) {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block(KEY, text, where)));
        } catch (GeneralSecurityException e) {
            throw new PkiFault(where + " holds no readable EC key: " + e.getMessage(), e);
        }
    }

    static String of(X509Certificate certificate) {
        try {
            return text(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    static String of(PrivateKey key) {
        return text(KEY, key.getEncoded());
    }

    static String read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new PkiFault(file + " is larger than any certificate or key");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new PkiFault(file + " cannot be read: " + e, e);
        }
    }

    /** Whole or not at all, for this user alone. */
    static void write(Path file, String text) {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PkiFault(file + " cannot be written: " + e, e);
        }
    }

    static void makeFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder.toAbsolutePath().getParent());
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new PkiFault("the folder " + folder + " cannot be made: " + e, e);
        }
    }
}
