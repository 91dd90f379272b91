package dev.hearth.gateway;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.auth.ControlSocket;
import dev.hearth.gateway.auth.Gate;
import dev.hearth.gateway.auth.KeyRoutes;
import dev.hearth.gateway.auth.Keys;
import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.tls.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** Who gets in and how: composes keys, gate, control socket and TLS around the HTTP server. */
final class FrontDoor {
    private static final Duration KEEP_LAST_USES = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Path data;
    private final Keys keys;

    FrontDoor(Vertx vertx, Database database, GatewayConfig config, Path data) {
        this.vertx = vertx;
        this.config = config;
        this.data = data;
        this.keys = new Keys(database, config.auth(), InstantSource.system());
    }

    KeyRoutes routes() {
        return new KeyRoutes(keys, false);
    }

    /** Puts the gate before the server, and TLS around it. */
    ApiServer guard(ApiServer server) {
        ApiServer guarded = server.guardedBy(new Gate(keys, config.auth(), isLoopback()));
        return config.tls()
                .files()
                .map(files -> guarded.securedBy(
                        new Certificates(vertx, files),
                        config.tls().check(),
                        config.tls().handshake()))
                .orElse(guarded);
    }

    /** Loads the keys; fails when others could reach an API that asks for none. */
    Future<Void> start() {
        return keys.start().compose(loaded -> {
            if (!isLoopback() && !keys.exist()) {
                return Future.failedFuture(withoutKey());
            }
            vertx.setPeriodic(KEEP_LAST_USES.toMillis(), ignored -> keys.keepLastUses());
            return new ControlSocket(vertx, keys, data).listen();
        });
    }

    private boolean isLoopback() {
        return Loopback.contains(config.http().host());
    }

    private HearthException withoutKey() {
        return new HearthException(
                ErrorCode.UNAUTHENTICATED,
                "gateway.host is " + config.http().host()
                        + ", which other machines reach, and there is no API key: make one with 'hearth keys create"
                        + " NAME', then start again");
    }
}
