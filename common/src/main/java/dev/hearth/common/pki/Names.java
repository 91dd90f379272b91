package dev.hearth.common.pki;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What the subject of a certificate says. */
public final class Names {
    private Names() {}

    /** Id of the node that the certificate names; empty when it names none. */
    public static String node(X509Certificate certificate) {
        return part(subject(certificate), "CN").orElse("");
    }

    public static Optional<Role> role(X509Certificate certificate) {
        return part(subject(certificate), "OU").flatMap(Role::named);
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** One part of a subject in the form of RFC 2253. */
    static Optional<String> part(String subject, String type) {
        try {
            return new LdapName(subject)
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase(type))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .findFirst();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
