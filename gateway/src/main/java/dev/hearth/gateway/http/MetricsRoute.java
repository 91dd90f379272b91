package dev.hearth.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * {@code GET /metrics}, written off the event loop.
 *
 * <p>Whoever asks while a page is being written gets that page: however many ask, one at a time is made of each format.
 */
public final class MetricsRoute {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final Vertx vertx;
    private final MetricsSource source;
    private final ConcurrentMap<Boolean, Future<MetricsSource.Page>> pages = new ConcurrentHashMap<>();

    public MetricsRoute(Vertx vertx, MetricsSource source) {
        this.vertx = vertx;
        this.source = source;
    }

    public void addTo(Router router) {
        router.get("/metrics").handler(context -> answer(context.request()));
    }

    private void answer(HttpServerRequest request) {
        boolean openMetrics = Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT), "")
                .contains(OPEN_METRICS);
        page(openMetrics).onComplete(done -> {
            if (done.failed()) {
                ErrorAnswer.of(done.cause()).send(request);
            } else if (!request.response().closed()) {
                request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, done.result().type())
                        .putHeader("X-Content-Type-Options", "nosniff")
                        .end(done.result().body());
            }
        });
    }

    private Future<MetricsSource.Page> page(boolean openMetrics) {
        return pages.compute(
                openMetrics, (format, last) -> last == null || last.isComplete() ? write(openMetrics) : last);
    }

    private Future<MetricsSource.Page> write(boolean openMetrics) {
        return vertx.executeBlocking(() -> source.page(openMetrics), false).map(Objects::requireNonNull);
    }
}
