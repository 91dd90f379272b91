package dev.hearth.gateway;

import dev.hearth.common.config.Loopback;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.auth.ControlSocket;
import dev.hearth.gateway.auth.Gate;
import dev.hearth.gateway.auth.KeyRoutes;
import dev.hearth.gateway.auth.Keys;
import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.tls.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Who gets in and how: composes keys, gate, control socket and TLS around the HTTP server. */
final class FrontDoor {
    private static final Duration KEEP_LAST_USES = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Path data;
    private final Keys keys;
    private final Consumer<Router> health;
    private volatile String url = "";

    FrontDoor(Vertx vertx, Database database, GatewayConfig config, Path data, Consumer<Router> health) {
        this.vertx = vertx;
        this.config = config;
        this.data = data;
        this.health = health;
        this.keys = new Keys(database, config.auth(), InstantSource.system());
    }

    /** Reads again what another head has changed. */
    Future<Void> refreshKeys() {
        return keys.refresh();
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
            return new ControlSocket(vertx, keys, data, List.of(health, this::address)).listen();
        });
    }

    /** The server listens on this port: from now on the control socket tells where. */
    void listening(int port) {
        String host = config.http().host();
        String near = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
        url = (config.tls().files().isPresent() ? "https://" : "http://")
                + (near.contains(":") ? "[" + near + "]" : near)
                + ":"
                + port;
    }

    /** {@code GET /address}: where this machine reaches the API. */
    private void address(Router router) {
        router.get("/address").handler(c -> {
            if (url.isEmpty()) {
                ErrorAnswer.of(ErrorCode.NOT_FOUND, "the API does not listen yet")
                        .send(c.request());
            } else {
                new Reply(200, new JsonObject().put("url", url), url + "\n").send(c.request());
            }
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
