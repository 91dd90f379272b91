package dev.hearth.common.pki;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts the heads of one cluster, before this node belongs to it: by the fingerprint that its token carries. */
public final class HeadTrust extends X509ExtendedTrustManager {
    private final JoinToken token;

    private HeadTrust(JoinToken token) {
        this.token = token;
    }

    /** For connections to a head, to join by that token. */
    public static SSLContext context(JoinToken token) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new HeadTrust(token)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        X509Certificate head = chain[0];
        X509Certificate authority = chain[chain.length - 1];
        if (!token.names(authority)) {
            throw new CertificateException("it belongs to another cluster than the token");
        }
        try {
            head.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("it was not signed by its cluster's authority", e);
        }
        head.checkValidity();
        if (Names.role(head).filter(Role.GATEWAY::equals).isEmpty()) {
            throw new CertificateException("it is a member of the cluster, but no head");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this side is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        throw new CertificateException("this side is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
