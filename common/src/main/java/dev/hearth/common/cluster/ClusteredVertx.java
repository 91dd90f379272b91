package dev.hearth.common.cluster;

import dev.hearth.common.pki.Identity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;

/** Vert.x whose event bus reaches every member of the cluster, over mutual TLS. */
public final class ClusteredVertx {
    private static final int CONNECT_MILLIS = 2_000;
    /** A connection that carries nothing is asked this often; one that does not answer is closed. */
    private static final long PING_MILLIS = 1_000;

    private static final long PONG_MILLIS = 2_000;

    private ClusteredVertx() {}

    /**
     * Joins the cluster; without another member it is one of its own until one comes.
     *
     * @param options what else Vert.x is to be like
     */
    public static Future<Vertx> start(VertxOptions options, MemberSettings settings, Identity identity) {
        return Vertx.builder()
                .with(options.setEventBusOptions(bus(settings, identity)))
                .withClusterManager(new Membership(settings, identity))
                .buildClustered();
    }

    private static EventBusOptions bus(MemberSettings settings, Identity identity) {
        return identity.files()
                .secure(new EventBusOptions())
                .setHost(settings.host())
                .setPort(settings.busPort())
                .setClusterPublicHost(settings.host())
                .setClusterPublicPort(settings.busPort())
                .setClusterPingInterval(PING_MILLIS)
                .setClusterPingReplyInterval(PONG_MILLIS)
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpNoDelay(true)
                .setClientAuth(ClientAuth.REQUIRED);
    }
}
