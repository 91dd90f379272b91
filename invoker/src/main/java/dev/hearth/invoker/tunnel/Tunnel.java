package dev.hearth.invoker.tunnel;

import dev.hearth.common.pki.Peer;
import dev.hearth.common.pki.Role;
import dev.hearth.common.relay.Relay;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener on loopback that takes images from a head over the cluster's TLS: the engine of this node pulls from it as from
 * a registry of its own, and trusts it without any setting, because it is loopback.
 *
 * <p>Nothing is kept: what a head sends goes on as fast as the engine takes it. Whoever may use this machine's loopback may
 * read images by it, and do nothing else.
 */
public final class Tunnel {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern IMAGES = Pattern.compile("/v2/[a-z0-9/_.:-]*|/images/sha256:[0-9a-f]{64}/archive");
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    /** Bytes that go on at one time: with the usual 8 KiB an image costs eight times the calls of the system. */
    private static final int PIECE = 64 * 1024;

    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    /**
     * What an engine takes for an answer that trying again will not change: after a 502 it would try each layer six times in
     * over a minute, and the calls that wait would hear nothing until then.
     */
    private static final int UNREACHABLE = 403;

    private static final String DENIED = "DENIED";

    private final Vertx vertx;
    private final TunnelSettings settings;
    private final HttpServer server;
    private final HttpClient client;
    private final AtomicLong received = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile int preferred;
    private volatile String fault = "";

    private Tunnel(Vertx vertx, TunnelSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        client = vertx.createHttpClient(
                settings.files()
                        .secure(new HttpClientOptions())
                        // A head is known by its role in the cluster's own certificate, under whatever name it is
                        // reached.
                        .setVerifyHost(false)
                        .setMaxChunkSize(PIECE)
                        .setConnectTimeout((int) settings.silence().toMillis()),
                new PoolOptions().setHttp1MaxSize(settings.connections()));
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost(LOOPBACK).setPort(settings.port()))
                .connectionHandler(this::connected)
                .requestHandler(this::asked);
    }

    /** Opens it; it is there at once, whether a head answers or not. */
    public static Future<Tunnel> open(Vertx vertx, TunnelSettings settings) {
        Tunnel tunnel = new Tunnel(vertx, settings);
        return tunnel.server.listen().map(listening -> {
            LOG.info("event=tunnel_listening host={} port={}", LOOPBACK, listening.actualPort());
            return tunnel;
        });
    }

    /** Host and port, as references of images name it. */
    public String address() {
        return LOOPBACK + ":" + server.actualPort();
    }

    /** Bytes of images that came through it. */
    public long received() {
        return received.get();
    }

    /** Why the last request did not reach a head; empty when it did. */
    public String fault() {
        return fault;
    }

    public Future<Void> close() {
        return server.close().eventually(client::close);
    }

    private void connected(HttpConnection connection) {
        if (connections.incrementAndGet() > settings.connections()) {
            connections.decrementAndGet();
            LOG.warn("event=tunnel_full connections={}", settings.connections());
            connection.close();
            return;
        }
        connection.closeHandler(ignored -> connections.decrementAndGet());
    }

    private void asked(HttpServerRequest request) {
        if (!READS.contains(request.method())) {
            request.response().putHeader("Allow", "GET, HEAD");
            refuse(request, NOT_ALLOWED, "images are read here, not written");
        } else if (!IMAGES.matcher(path(request)).matches() || path(request).contains("..")) {
            refuse(request, NOT_FOUND, "there are only images here");
        } else {
            request.pause();
            pass(request, settings.heads().get(), 0);
        }
    }

    private static String path(HttpServerRequest request) {
        return Objects.requireNonNullElse(request.path(), "");
    }

    private void pass(HttpServerRequest request, List<SocketAddress> heads, int tried) {
        if (heads.isEmpty()) {
            failed(request, "no head is known");
            return;
        }
        int chosen = Math.floorMod(preferred + tried, heads.size());
        SocketAddress head = heads.get(chosen);
        client.request(options(request, head))
                .compose(Tunnel::toHead)
                .compose(Future::succeededFuture, cut -> {
                    fault = "the head at " + head + " cannot be reached: " + cut.getMessage();
                    return Future.failedFuture(new Unreached(fault));
                })
                .compose(asked -> {
                    preferred = chosen;
                    return asked.send()
                            .compose(answer -> {
                                fault = "";
                                return back(answer, request.response());
                            })
                            .onFailure(cut -> asked.reset());
                })
                .onFailure(cut -> {
                    if (cut instanceof Unreached && tried + 1 < heads.size()) {
                        pass(request, heads, tried + 1);
                    } else {
                        failed(
                                request,
                                cut instanceof Unreached
                                        ? String.valueOf(cut.getMessage())
                                        : "the head at " + head + " broke off: " + cut.getMessage());
                    }
                });
    }

    /** Another head may do. */
    private static final class Unreached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreached(String message) {
            super(message, null, false, false);
        }
    }

    private RequestOptions options(HttpServerRequest request, SocketAddress head) {
        boolean archive = path(request).startsWith("/images/");
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setServer(head)
                .setHost(head.host())
                .setPort(head.port())
                .setURI(path(request))
                .setConnectTimeout(settings.silence().toMillis())
                .setIdleTimeout((archive ? settings.archive() : settings.silence()).toMillis());
        return Relay.ask(request, options);
    }

    /** Another member could stand at that address with a certificate of its own. */
    private static Future<HttpClientRequest> toHead(HttpClientRequest request) {
        Optional<Peer> peer = Peer.of(request.connection().sslSession());
        if (peer.filter(member -> member.role() == Role.GATEWAY).isPresent()) {
            return Future.succeededFuture(request);
        }
        request.reset();
        return Future.failedFuture("who answers is no head but "
                + peer.map(member -> member.role() + " " + member.node()).orElse("nobody of the cluster"));
    }

    private Future<Void> back(HttpClientResponse answer, HttpServerResponse to) {
        long watch = watch(answer, to);
        return Relay.answer(answer, to, received::addAndGet).onComplete(ended -> vertx.cancelTimer(watch));
    }

    /** A head that vanished in the middle closes nothing. One that the engine keeps waiting is not silent. */
    private long watch(HttpClientResponse answer, HttpServerResponse to) {
        AtomicLong before = new AtomicLong(-1);
        return vertx.setPeriodic(settings.silence().toMillis(), timer -> {
            long now = to.bytesWritten();
            if (before.getAndSet(now) == now && !to.writeQueueFull()) {
                answer.request().reset();
            }
        });
    }

    private void failed(HttpServerRequest request, String why) {
        fault = why;
        LOG.warn("event=tunnel_failed path={} reason=\"{}\"", request.path(), why);
        if (request.response().headWritten()) {
            request.connection().close();
        } else {
            request.response().headers().clear();
            refuse(request, UNREACHABLE, why);
        }
    }

    /** In the form in which registries tell errors: then the engine passes the sentence on. */
    private static void refuse(HttpServerRequest request, int status, String why) {
        HttpServerResponse response = request.response();
        response.setChunked(false).setStatusCode(status).putHeader("Content-Type", "application/json");
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        JsonObject error = new JsonObject().put("code", DENIED).put("message", why);
        response.end(new JsonObject().put("errors", new JsonArray().add(error)).encode());
    }
}
