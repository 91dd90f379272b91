package dev.hearth.deploy.monitor;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Guard;
import dev.hearth.gateway.http.Health;
import dev.hearth.gateway.http.MetricsRoute;
import dev.hearth.gateway.http.MetricsSource;
import dev.hearth.gateway.http.OwnerSocket;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a worker process answers for itself: {@code /health/live}, {@code /health/ready} and {@code /metrics}.
 *
 * <p>It is an event loop's own part, so that a readiness that waits for the invoker's loop tells when that one hangs.
 */
public final class WorkerPort extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPort.class);
    private static final int MOST_CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 20;
    private static final String BEARER = "Bearer ";

    private final MonitorConfig config;
    private final Path data;
    private final IdentityFiles files;
    private final MetricsSource metrics;
    private final Supplier<Future<String>> fault;
    private final Set<HttpConnection> strangers = new LinkedHashSet<>();
    private int connections;

    /**
     * Not listening yet.
     *
     * @param data folder that its socket is in
     * @param files the certificate that it shows
     * @param metrics writes down what the process measures
     * @param fault why the node takes no calls; empty when it does
     */
    public WorkerPort(
            MonitorConfig config,
            Path data,
            IdentityFiles files,
            MetricsSource metrics,
            Supplier<Future<String>> fault) {
        this.config = config;
        this.data = data;
        this.files = files;
        this.metrics = metrics;
        this.fault = fault;
    }

    @Override
    public Future<?> start() {
        MetricsRoute page = new MetricsRoute(vertx, metrics);
        return new OwnerSocket(vertx, data)
                .listen(routes(page, request -> true))
                .compose(ignored -> config.at().map(at -> listen(at, page)).orElse(Future.succeededFuture()));
    }

    private Router routes(MetricsRoute page, Predicate<HttpServerRequest> mayReadMetrics) {
        Router router = Router.router(vertx);
        router.route("/metrics").handler(c -> {
            if (mayReadMetrics.test(c.request())) {
                c.next();
            } else {
                ErrorAnswer.of(
                                ErrorCode.UNAUTHENTICATED,
                                "metrics ask for the token of this worker (invoker.listen-token)")
                        .send(c.request());
            }
        });
        page.addTo(router);
        router.get("/health/live").handler(c -> Health.live().send(c.request()));
        router.get("/health/ready")
                .handler(c -> fault.get()
                        .onSuccess(reason ->
                                new Health(reason.isEmpty(), reason).reply().send(c.request())));
        router.errorHandler(
                404,
                c -> ErrorAnswer.of(
                                ErrorCode.NOT_FOUND,
                                "a worker has /health/live, /health/ready and /metrics only: the API is the head's")
                        .send(c.request()));
        return router;
    }

    private Future<Void> listen(MonitorConfig.At at, MetricsRoute page) {
        Router router = routes(page, this::mayRead);
        Guard guard = Guard.againstOtherPages();
        return vertx.createHttpServer(options())
                .connectionHandler(this::count)
                .requestHandler(request -> {
                    // Who has the token is no page of a stranger's, under whatever name this worker was found.
                    ErrorAnswer refusal = config.token().isEmpty() ? guard.refusal(request) : null;
                    if (refusal == null) {
                        router.handle(request);
                    } else {
                        refusal.send(request);
                    }
                })
                .listen(at.port(), at.host())
                .onSuccess(server -> LOG.info("event=worker_port host={} port={}", at.host(), server.actualPort()))
                .mapEmpty();
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS);
        return config.tls() ? files.show(options) : options;
    }

    /** When there are too many, the oldest of those goes that have shown no token: nobody can keep those out who have it. */
    private void count(HttpConnection connection) {
        if (connections >= MOST_CONNECTIONS) {
            if (strangers.isEmpty()) {
                connection.close();
                return;
            }
            strangers.iterator().next().close();
        }
        connections++;
        strangers.add(connection);
        connection.closeHandler(ignored -> {
            connections--;
            strangers.remove(connection);
        });
    }

    private boolean mayRead(HttpServerRequest request) {
        String given = Objects.requireNonNullElse(request.getHeader(HttpHeaders.AUTHORIZATION), "");
        boolean may = config.token().isEmpty() || same(given, BEARER + config.token());
        if (may) {
            strangers.remove(request.connection());
        }
        return may;
    }

    private static boolean same(String given, String wanted) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8));
    }
}
