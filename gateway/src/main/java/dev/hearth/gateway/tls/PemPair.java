package dev.hearth.gateway.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of both files at one moment.
 *
 * @param certificate the chain as PEM
 * @param key the private key as PEM
 */
record PemPair(Buffer certificate, Buffer key) {
    private static final Logger LOG = LoggerFactory.getLogger(PemPair.class);

    /** More is no certificate. */
    private static final long MOST_BYTES = 1 << 20;

    /** What a key signs to show that it belongs to a certificate. */
    private static final byte[] PROOF = "hearth".getBytes(StandardCharsets.US_ASCII);

    static PemPair read(PemFiles files) throws TlsFault {
        return new PemPair(read(files.certificate()), read(files.key()));
    }

    private static Buffer read(Path file) throws TlsFault {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsFault(file + " is larger than 1 MiB: it is no PEM file of a certificate or key");
            }
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new TlsFault(file + " cannot be read: " + unreadable);
        }
    }

    /**
     * What a server takes; tried, since a server that is given a pair that does not belong together fails only when the
     * first client comes.
     *
     * @throws TlsFault when the key is not that of the certificate, or one of them is broken or not yet whole
     */
    KeyCertOptions options(Vertx vertx) throws TlsFault {
        PemKeyCertOptions options =
                new PemKeyCertOptions().setCertValue(certificate).setKeyValue(key);
        try {
            X509KeyManager manager =
                    (X509KeyManager) options.getKeyManagerFactory(vertx).getKeyManagers()[0];
            KeyStore store = options.loadKeyStore(vertx);
            X509Certificate own = (X509Certificate)
                    store.getCertificate(Collections.list(store.aliases()).getFirst());
            String alias = manager.getServerAliases(own.getPublicKey().getAlgorithm(), null)[0];
            prove(own, manager.getPrivateKey(alias));
            if (own.getNotAfter().toInstant().isBefore(Instant.now())) {
                LOG.warn("event=certificate_ended at={}", own.getNotAfter().toInstant());
            }
            return options;
        } catch (TlsFault known) {
            throw known;
        } catch (Exception broken) {
            // The parser of PEM throws whatever it stumbles over; its message may hold a piece of the file.
            throw new TlsFault("the certificate or its key is not whole, or no PEM that is known: "
                    + broken.getClass().getSimpleName());
        }
    }

    private static void prove(Certificate certificate, PrivateKey key) throws GeneralSecurityException, TlsFault {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        PublicKey counterpart = certificate.getPublicKey();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(PROOF);
        byte[] signed = signature.sign();
        signature.initVerify(counterpart);
        signature.update(PROOF);
        if (!signature.verify(signed)) {
            throw new TlsFault("the key is not that of the certificate");
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "PemPair";
    }
}
