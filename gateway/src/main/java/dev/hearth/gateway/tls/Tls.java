package dev.hearth.gateway.tls;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How the HTTP server speaks TLS: 1.2 or 1.3, with the ciphers of the JDK, HTTP/1.1 inside as without TLS. */
public final class Tls {
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    private Tls() {}

    /** The same server with TLS; who has not shaken hands within that time is cut off. */
    public static HttpServerOptions on(HttpServerOptions options, KeyCertOptions pair, Duration handshake) {
        return options.setSsl(true)
                .setKeyCertOptions(pair)
                .setEnabledSecureTransportProtocols(VERSIONS)
                .setUseAlpn(false)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(handshake.toMillis());
    }

    /** What the server is to go on with for connections that are opened from now on. */
    public static ServerSSLOptions renewed(HttpServerOptions options, KeyCertOptions pair) {
        return options.getSslOptions().copy().setKeyCertOptions(pair);
    }
}
