package dev.hearth.common.pki;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection between members, as its certificate says.
 *
 * @param node its id
 * @param role what it may be
 */
public record Peer(String node, Role role) {
    /** The peer whose certificate TLS has checked; empty for one that showed none, or without TLS. */
    public static Optional<Peer> of(@Nullable SSLSession session) {
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own ? named(own) : Optional.empty();
        } catch (SSLPeerUnverifiedException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<Peer> named(X509Certificate certificate) {
        String node = Names.node(certificate);
        return node.isEmpty() ? Optional.empty() : Names.role(certificate).map(role -> new Peer(node, role));
    }
}
