package dev.hearth.gateway.cluster;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Enrolment;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.JoinToken;
import dev.hearth.common.pki.PkiFault;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head's port for members of its cluster, over TLS 1.3: {@code POST /join} gives a new one its certificate for a token;
 * everything else is for those that show one.
 */
public final class ClusterPort extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPort.class);
    private static final int LARGEST_REQUEST = 32 * 1024;
    private static final int MOST_JOINING = 16;
    private static final long JOIN_MILLIS = 10_000;
    /** Longer than an engine needs to make an archive, in which nothing goes over the wire. */
    private static final int IDLE_SECONDS = 600;

    private final Place place;
    private final Optional<Authority> authority;
    private final List<Consumer<Router>> routes;
    private int joining;

    /**
     * Where it listens.
     *
     * @param identity of this head
     * @param authority of the cluster, where its key is on this head
     */
    public record Place(String host, int port, Identity identity, Optional<Authority> authority) {}

    /**
     * Not listening yet.
     *
     * @param routes for members alone
     */
    public ClusterPort(Place place, List<Consumer<Router>> routes) {
        this.place = place;
        this.authority = place.authority();
        this.routes = List.copyOf(routes);
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        router.post("/join").handler(this::read);
        router.route().handler(ClusterPort::membersOnly);
        routes.forEach(each -> each.accept(router));
        router.errorHandler(
                404,
                c -> ErrorAnswer.of(
                                ErrorCode.NOT_FOUND,
                                "the cluster port has no " + c.request().path())
                        .send(c.request()));
        return vertx.createHttpServer(options())
                .requestHandler(router)
                .listen(place.port(), place.host())
                .onSuccess(server -> LOG.info("event=cluster_port host={} port={}", place.host(), server.actualPort()));
    }

    private HttpServerOptions options() {
        return place.identity()
                .files()
                .secure(new HttpServerOptions())
                .setClientAuth(ClientAuth.REQUEST)
                .setIdleTimeout(IDLE_SECONDS);
    }

    private static void membersOnly(RoutingContext c) {
        try {
            if (c.request().connection().peerCertificates().isEmpty()) {
                refuse(c.request());
            } else {
                c.next();
            }
        } catch (SSLPeerUnverifiedException nobody) {
            refuse(c.request());
        }
    }

    private static void refuse(HttpServerRequest request) {
        ErrorAnswer.of(ErrorCode.FORBIDDEN, "this port is for members of the cluster: show a certificate of it")
                .send(request);
    }

    private void read(RoutingContext c) {
        HttpServerRequest request = c.request();
        if (joining >= MOST_JOINING) {
            ErrorAnswer.of(ErrorCode.TOO_MANY_REQUESTS, MOST_JOINING + " nodes are joining: try again")
                    .send(request);
            return;
        }
        joining++;
        // Whoever only holds a place must not keep others from joining.
        long late = vertx.setTimer(
                JOIN_MILLIS, ignored -> request.connection().close().onFailure(gone -> {}));
        Buffer body = Buffer.buffer();
        request.handler(bytes -> {
            if (body.length() + bytes.length() > LARGEST_REQUEST) {
                request.connection().close();
            } else {
                body.appendBuffer(bytes);
            }
        });
        request.end()
                .compose(ended -> vertx.executeBlocking(() -> answer(body)))
                .eventually(() -> {
                    vertx.cancelTimer(late);
                    joining--;
                    return Future.succeededFuture();
                })
                .onSuccess(reply -> Objects.requireNonNull(reply).accept(request))
                .onFailure(fault -> ErrorAnswer.of(ErrorCode.INTERNAL, "the certificate could not be made")
                        .send(request));
    }

    private Consumer<HttpServerRequest> answer(Buffer body) {
        if (authority.isEmpty()) {
            return ErrorAnswer.of(
                    ErrorCode.NOT_SUPPORTED,
                    "the key of the cluster's authority (ca.key) is not on this head: join by one that has it")::send;
        }
        try {
            JsonObject json = body.toJsonObject();
            JoinToken token = JoinToken.parse(json.getString("token", ""));
            if (!token.isOf(authority.get(), Instant.now())) {
                LOG.warn("event=join_refused expires={}", token.expires());
                return ErrorAnswer.of(
                        ErrorCode.UNAUTHENTICATED,
                        "the token has expired or is of another cluster: make one with 'hearth certs token'")::send;
            }
            String certificate =
                    Enrolment.approve(authority.get(), token, json.getString("request", ""), Instant.now());
            LOG.info("event=certificate_given");
            return new Reply(200, new JsonObject().put("certificate", certificate), certificate)::send;
        } catch (DecodeException | ClassCastException e) {
            return ErrorAnswer.of(ErrorCode.INVALID_REQUEST, "the request is no JSON object with token and request")
                    ::send;
        } catch (PkiFault fault) {
            return ErrorAnswer.of(ErrorCode.INVALID_REQUEST, String.valueOf(fault.getMessage()))::send;
        }
    }
}
