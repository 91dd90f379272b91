package dev.hearth.common.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The authority of one cluster: signs the certificates of its members; its key lies on the heads alone.
 *
 * <p>Keys are EC on P-256. Certificates begin a day before they are made, since clocks differ.
 */
public final class Authority {
    /** How long the certificate of a member holds. */
    public static final Duration MEMBER_LIFE = Duration.ofDays(730);

    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
    static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private Authority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    public static Path keyFile(Path folder) {
        return folder.resolve("ca.key");
    }

    public static boolean isIn(Path folder) {
        return Files.exists(keyFile(folder)) && Files.exists(new IdentityFiles(folder).authority());
    }

    /** A new one, kept in the folder. */
    public static Authority create(Path folder, Instant now) {
        KeyPair pair = newKeys();
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.CN, "Hearth cluster " + new BigInteger(32, RANDOM).toString(Character.MAX_RADIX))
                .build();
        X509Certificate certificate =
                sign(new Draft(name, pair.getPublic(), LIFE, List.of()), name, pair.getPrivate(), now);
        Pem.makeFolder(folder);
        Pem.write(keyFile(folder), Pem.of(pair.getPrivate()));
        Pem.write(new IdentityFiles(folder).authority(), Pem.of(certificate));
        return new Authority(pair.getPrivate(), certificate);
    }

    /**
     * The one that the folder holds.
     *
     * @throws PkiFault when a file is missing or damaged
     */
    public static Authority open(Path folder) {
        Path ca = new IdentityFiles(folder).authority();
        return new Authority(
                Pem.key(Pem.read(keyFile(folder)), keyFile(folder).toString()),
                Pem.certificates(Pem.read(ca), ca.toString()).getFirst());
    }

    public X509Certificate certificate() {
        return certificate;
    }

    PrivateKey key() {
        return key;
    }

    /** A key and a certificate for a member, kept in the folder. */
    public Identity issue(Subject subject, Path folder, Instant now) {
        KeyPair pair = newKeys();
        Identity identity = new Identity(
                new IdentityFiles(folder), pair.getPrivate(), sign(subject, pair.getPublic(), now), certificate);
        identity.write();
        return identity;
    }

    /** A certificate for a member that keeps its key to itself. */
    X509Certificate sign(Subject subject, PublicKey memberKey, Instant now) {
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.OU, subject.role().toString())
                .addRDN(BCStyle.CN, subject.node())
                .build();
        List<GeneralName> hosts = subject.hosts().stream().map(HostName::of).toList();
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return sign(new Draft(name, memberKey, MEMBER_LIFE, hosts), issuer, key, now);
    }

    /** What is to be signed; an authority's own when it names no hosts. */
    private record Draft(X500Name name, PublicKey key, Duration life, List<GeneralName> hosts) {
        boolean isAuthority() {
            return life.equals(LIFE);
        }
    }

    private static X509Certificate sign(Draft draft, X500Name issuer, PrivateKey with, Instant now) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(draft.life())),
                draft.name(),
                draft.key());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(draft.isAuthority()));
            if (draft.isAuthority()) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }));
            }
            if (!draft.hosts().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(draft.hosts().toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(with)));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new PkiFault("the certificate of " + draft.name() + " cannot be made: " + e.getMessage(), e);
        }
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
