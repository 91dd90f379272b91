package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.gateway.tls.Certificates;
import dev.hearth.gateway.tls.Tls;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of the HTTP server: checks who is called, hands calls of functions straight to their handler and all else
 * to the router. Deploy several for several event loops; they share the port.
 */
public final class ApiServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final String FUNCTIONS = "/v1/functions/";
    private static final String INVOKE = "/invoke";
    private static final Buffer OPEN_API = ApiContract.text();

    /** Time for answers that are being written when the server stops. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(2);

    private final HttpLimits limits;
    private final SocketAddress address;
    private final Handler<HttpServerRequest> invoke;
    private final List<Consumer<Router>> routes;
    private final Connections connections;
    private Guard guard = request -> null;
    private @Nullable Certificates certificates;
    private Duration certificatesCheck = Duration.ZERO;
    private Duration handshake = Duration.ZERO;
    private Supplier<Future<Void>> beforeStop = Future::succeededFuture;
    private @Nullable HttpServer server;

    /**
     * A server that is not listening yet.
     *
     * @param address where to listen; port 0 takes a free one
     * @param invoke gets every {@code POST /v1/functions/NAME/invoke}, on the event loop, body unread
     * @param routes each adds its routes to this instance's router
     */
    public ApiServer(
            HttpLimits limits,
            SocketAddress address,
            Handler<HttpServerRequest> invoke,
            List<Consumer<Router>> routes) {
        this.limits = limits;
        this.address = address;
        this.invoke = invoke;
        this.routes = List.copyOf(routes);
        this.connections = new Connections(limits);
    }

    @Override
    public Future<?> start() {
        Router made = Router.router(vertx);
        made.get("/openapi.yaml").handler(ApiServer::openApi);
        routes.forEach(route -> route.accept(made));
        refuseTheRest(made);
        connections.sweepBy(vertx);
        Certificates tls = certificates;
        return tls == null
                ? listen(made, options())
                : tls.first().compose(first -> listen(made, Tls.on(options(), first, handshake)));
    }

    private Future<?> listen(Router router, HttpServerOptions options) {
        HostRule hosts = new HostRule(limits.hosts(), options.isSsl());
        HttpServer created = vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .exceptionHandler(failed -> LOG.debug("event=connection_failed", failed))
                .invalidRequestHandler(ApiServer::invalid)
                .requestHandler(request -> handle(router, hosts, request));
        server = created;
        return created.listen(address).onSuccess(listening -> {
            Certificates tls = certificates;
            if (tls != null) {
                tls.watch(certificatesCheck, pair -> listening.updateSSLOptions(Tls.renewed(options, pair)));
            }
        });
    }

    private HttpServerOptions options() {
        int header = (int) limits.headerBytes().value();
        return new HttpServerOptions()
                .setMaxHeaderSize(header)
                .setMaxInitialLineLength(header)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                .setSendBufferSize((int) limits.sendBuffer().value())
                .setAcceptBacklog(1_024);
    }

    /** Who says which requests are served; everybody's, unless this is called before the start. */
    public ApiServer guardedBy(Guard keeper) {
        guard = keeper;
        return this;
    }

    /**
     * Speaks TLS with these certificates; plain HTTP, unless this is called.
     *
     * @param period how often the certificates are looked at again
     * @param within how long a handshake may take
     */
    public ApiServer securedBy(Certificates pair, Duration period, Duration within) {
        certificates = pair;
        certificatesCheck = period;
        handshake = within;
        return this;
    }

    /** What is to be done before connections are closed: whoever waits for an answer gets one. */
    public ApiServer beforeStop(Supplier<Future<Void>> answers) {
        beforeStop = answers;
        return this;
    }

    @Override
    public Future<?> stop() {
        HttpServer listening = server;
        return beforeStop
                .get()
                .compose(answered -> listening == null
                        ? Future.succeededFuture()
                        : listening.shutdown(LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The port that is listened on; only after the deployment has succeeded. */
    public int port() {
        HttpServer listening = server;
        if (listening == null) {
            throw new IllegalStateException("the server does not listen yet");
        }
        return listening.actualPort();
    }

    private void handle(Router router, HostRule hosts, HttpServerRequest request) {
        if (!connections.serves(request)) {
            return;
        }
        try {
            ErrorAnswer refusal = refusal(hosts, request);
            if (isStrangelyCoded(request)) {
                connections.last(request);
                ErrorAnswer.of(
                                ErrorCode.INVALID_REQUEST,
                                "the only Transfer-Encoding is 'chunked': send the body so, or with its Content-Length")
                        .sendLast(request);
            } else if (refusal != null) {
                refusal.send(request);
            } else if (isInvoke(request)) {
                invoke.handle(request);
            } else {
                router.handle(request);
            }
        } catch (RuntimeException fault) {
            ErrorAnswer.of(fault).send(request);
        }
    }

    private @Nullable ErrorAnswer refusal(HostRule hosts, HttpServerRequest request) {
        ErrorAnswer foreign = hosts.refusal(request);
        return foreign == null ? guard.refusal(request) : foreign;
    }

    /** Where another server on the way may see the end of the body elsewhere than this one. */
    private static boolean isStrangelyCoded(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                && !String.join(",", request.headers().getAll(HttpHeaders.TRANSFER_ENCODING))
                        .equalsIgnoreCase("chunked");
    }

    private static boolean isInvoke(HttpServerRequest request) {
        return request.method().equals(HttpMethod.POST) && isInvoke(request.path());
    }

    private static boolean isInvoke(@Nullable String path) {
        return path != null
                && path.endsWith(INVOKE)
                && path.startsWith(FUNCTIONS)
                && path.indexOf('/', FUNCTIONS.length()) == path.length() - INVOKE.length();
    }

    private static void openApi(RoutingContext context) {
        context.response().putHeader("Content-Type", "application/yaml").end(OPEN_API);
    }

    private static void refuseTheRest(Router router) {
        router.errorHandler(404, context -> {
            String path = context.request().path();
            if (isInvoke(path)) {
                notPossible(context, "POST");
            } else {
                ErrorAnswer.of(ErrorCode.NOT_FOUND, "there is nothing at " + path)
                        .send(context.request());
            }
        });
        router.errorHandler(
                405,
                context -> notPossible(
                        context, AllowedMethods.at(router, Objects.requireNonNullElse(context.normalizedPath(), ""))));
        router.errorHandler(
                400,
                context -> ErrorAnswer.of(
                                ErrorCode.INVALID_REQUEST, "the path or query cannot be decoded: use %XX of UTF-8")
                        .send(context.request()));
        router.errorHandler(
                500,
                context -> ErrorAnswer.of(Objects.requireNonNullElseGet(
                                context.failure(), () -> new IllegalStateException("a route failed without a cause")))
                        .send(context.request()));
    }

    private static void notPossible(RoutingContext context, String allowed) {
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        ErrorAnswer.of(
                        ErrorCode.INVALID_REQUEST,
                        context.request().method() + " is not possible at "
                                + context.request().path() + ": use " + allowed)
                .withStatus(405)
                .send(context.request());
    }

    /** What could not be read as HTTP; the codec has given up on the connection. */
    private static void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = switch (cause.getClass().getSimpleName()) {
            case "TooLongHttpLineException" -> 414;
            case "TooLongHttpHeaderException" -> 431;
            default -> 400;
        };
        ErrorAnswer answer =
                ErrorAnswer.of(ErrorCode.INVALID_REQUEST, "this is no HTTP request: " + cause.getMessage());
        answer.withStatus(status).sendLast(request);
    }
}
