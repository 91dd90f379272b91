package dev.hearth.common.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who a member of a cluster is: its key, its certificate and the authority that signed it.
 *
 * <p>Kept in a folder as the PEM files {@code node.key}, {@code node.crt} (with the authority's certificate behind the
 * member's own) and {@code ca.crt}, for the user of the process alone.
 *
 * @param files where it is kept
 */
public record Identity(IdentityFiles files, PrivateKey key, X509Certificate certificate, X509Certificate authority) {
    /** Whether the folder holds one. */
    public static boolean isIn(Path folder) {
        return new IdentityFiles(folder).exist();
    }

    /**
     * The one that the folder holds.
     *
     * @throws PkiFault when a file is missing, damaged, or does not fit the others
     */
    public static Identity read(Path folder) {
        IdentityFiles files = new IdentityFiles(folder);
        Path own = files.certificate();
        Path ca = files.authority();
        Identity identity = new Identity(
                files,
                Pem.key(Pem.read(files.key()), files.key().toString()),
                Pem.certificates(Pem.read(own), own.toString()).getFirst(),
                Pem.certificates(Pem.read(ca), ca.toString()).getFirst());
        try {
            identity.certificate.verify(identity.authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new PkiFault(
                    "the certificate " + own + " was not signed by the authority in " + ca
                            + ": join the cluster again (remove " + files.folder() + ", start with --token)",
                    e);
        }
        return identity;
    }

    /** Keeps it in its folder. */
    void write() {
        Pem.makeFolder(files.folder());
        Pem.write(files.authority(), Pem.of(authority));
        Pem.write(files.key(), Pem.of(key));
        Pem.write(files.certificate(), Pem.of(certificate) + Pem.of(authority));
    }

    /**
     * Refuses a certificate that no other member would take.
     *
     * @throws PkiFault with the dates and what to do
     */
    public void requireValid(Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            throw new PkiFault("the certificate " + files.certificate() + " of node " + node() + " expired at "
                    + until + ": make a new one on the head (hearth certs issue), or remove " + files.folder()
                    + " and join again (hearth certs token, then --token)");
        }
        if (now.isBefore(from)) {
            throw new PkiFault("the certificate " + files.certificate() + " of node " + node()
                    + " is valid from " + from + " on, and the clock of this machine says " + now
                    + ": set the clock right");
        }
    }

    public Duration validFor(Instant now) {
        return Duration.between(now, certificate.getNotAfter().toInstant());
    }

    public String node() {
        return Names.node(certificate);
    }

    public Role role() {
        return Names.role(certificate)
                .orElseThrow(
                        () -> new PkiFault(files.certificate() + " names no role: make it with hearth certs issue"));
    }

    /** For both sides of a connection between members: shows this certificate and trusts the authority's alone. */
    public SSLContext context() {
        char[] password = new char[0];
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, password);
            keys.setKeyEntry("node", key, password, new Certificate[] {certificate, authority});
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, password);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, password);
            trusted.setCertificateEntry("authority", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance(IdentityFiles.PROTOCOL);
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new PkiFault(
                    "the certificate in " + files.folder() + " cannot be used for TLS: " + e.getMessage(), e);
        }
    }
}
