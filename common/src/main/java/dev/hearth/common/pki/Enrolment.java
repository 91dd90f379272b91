package dev.hearth.common.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** How a new member gets its certificate: it makes a key, which never leaves it, and a head signs for it. */
public final class Enrolment {
    private static final int LARGEST = 16 * 1024;

    private final Subject subject;
    private final KeyPair keys;

    private Enrolment(Subject subject, KeyPair keys) {
        this.subject = subject;
        this.keys = keys;
    }

    /** Makes a key for the member. */
    public static Enrolment of(Subject subject) {
        return new Enrolment(subject, Authority.newKeys());
    }

    /** What to send to a head: a request as in PKCS#10, in PEM form. */
    public String request() {
        JcaPKCS10CertificationRequestBuilder request = new JcaPKCS10CertificationRequestBuilder(
                new X500NameBuilder()
                        .addRDN(BCStyle.OU, subject.role().toString())
                        .addRDN(BCStyle.CN, subject.node())
                        .build(),
                keys.getPublic());
        try {
            if (!subject.hosts().isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                subject.hosts().stream().map(HostName::of).toArray(GeneralName[]::new)));
                request.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            byte[] der = request.build(new JcaContentSignerBuilder(Authority.SIGNATURE).build(keys.getPrivate()))
                    .getEncoded();
            return Pem.text(Pem.REQUEST, der);
        } catch (IOException | OperatorCreationException e) {
            throw new PkiFault("a request for a certificate cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Keeps what a head answered.
     *
     * @throws PkiFault when it is not what was asked for, or not of the authority that the token names
     */
    public Identity keep(Path folder, String certificate, JoinToken token) {
        List<X509Certificate> chain = Pem.certificates(certificate, "the head's answer");
        X509Certificate own = chain.getFirst();
        X509Certificate authority = chain.getLast();
        if (!token.names(authority)) {
            throw new PkiFault("the head's certificate is not of the cluster that made the token");
        }
        if (!Arrays.equals(own.getPublicKey().getEncoded(), keys.getPublic().getEncoded())) {
            throw new PkiFault("the head signed for another key than the one of this node");
        }
        Identity identity = new Identity(new IdentityFiles(folder), keys.getPrivate(), own, authority);
        identity.write();
        return Identity.read(folder);
    }

    /**
     * A head's answer to a request: the member's certificate with the authority's behind it, in PEM form.
     *
     * @param token what the new member showed; the caller has checked that it holds
     *
     * @throws PkiFault when the request is damaged, does not prove its key, or names no subject that may join
     */
    public static String approve(Authority authority, JoinToken token, String request, Instant now) {
        if (request.length() > LARGEST) {
            throw new PkiFault("the request is larger than " + LARGEST + " bytes");
        }
        try {
            JcaPKCS10CertificationRequest asked =
                    new JcaPKCS10CertificationRequest(Pem.block(Pem.REQUEST, request, "the request"));
            if (!asked.isSignatureValid(new JcaContentVerifierProviderBuilder().build(asked.getPublicKey()))) {
                throw new PkiFault("the request is not signed with the key that it asks a certificate for");
            }
            Subject subject = subject(asked);
            if (!token.isFor(subject.role())) {
                throw new PkiFault("the token is not for a member that is " + subject.role()
                        + ": make one with hearth certs token --role " + subject.role());
            }
            X509Certificate signed = authority.sign(subject, asked.getPublicKey(), now);
            return Pem.of(signed) + Pem.of(authority.certificate());
        } catch (IOException | OperatorCreationException | PKCSException | GeneralSecurityException e) {
            throw new PkiFault("the request for a certificate is damaged: " + e.getMessage(), e);
        }
    }

    private static Subject subject(JcaPKCS10CertificationRequest request) {
        String node = Names.part(request.getSubject().toString(), "CN").orElse("");
        Role role = Names.part(request.getSubject().toString(), "OU")
                .flatMap(Role::named)
                .orElseThrow(() -> new PkiFault("the request names no role, gateway or invoker"));
        return new Subject(node, role, hosts(request.getRequestedExtensions()));
    }

    private static List<String> hosts(@Nullable Extensions extensions) {
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return names == null
                ? List.of()
                : Arrays.stream(names.getNames()).map(HostName::of).toList();
    }
}
