package dev.hearth.common.pki;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TCPSSLOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The PEM files by which a process is a member of its cluster.
 *
 * @param folder where they lie: {@code DATA/cluster}
 */
public record IdentityFiles(Path folder) {
    /** What members speak to each other. */
    static final String PROTOCOL = "TLSv1.3";

    /** Its private key. */
    public Path key() {
        return folder.resolve("node.key");
    }

    /** Its certificate, with the authority's behind it. */
    public Path certificate() {
        return folder.resolve("node.crt");
    }

    /** The certificate that all members trust. */
    public Path authority() {
        return folder.resolve("ca.crt");
    }

    /** Whether they are there. */
    public boolean exist() {
        return Files.exists(key()) && Files.exists(certificate());
    }

    /** Those options with TLS as members speak it: this identity is shown, and the cluster's authority alone is trusted. */
    public <O extends TCPSSLOptions> O secure(O options) {
        return trust(show(options));
    }

    /** Those options with TLS that shows this identity and asks nobody for theirs. */
    public <O extends TCPSSLOptions> O show(O options) {
        encrypted(options)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificate().toString())
                        .addKeyPath(key().toString()));
        return options;
    }

    /** Those options with TLS that trusts the cluster's authority and shows nobody, as a stranger comes. */
    public <O extends TCPSSLOptions> O trust(O options) {
        encrypted(options)
                .setTrustOptions(new PemTrustOptions().addCertPath(authority().toString()));
        return options;
    }

    private static TCPSSLOptions encrypted(TCPSSLOptions options) {
        return options.setSsl(true).setEnabledSecureTransportProtocols(Set.of(PROTOCOL));
    }
}
