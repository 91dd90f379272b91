package dev.hearth.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one server, and the sweep that closes those that nobody uses.
 *
 * <p>A connection is idle from its opening, or from the end of its last answer, until the head of a request is complete:
 * a client that sends a head byte by byte gains nothing. While a request is served nothing is idle, so a function may run
 * for as long as its own limit says; this is why the server's own idle timeout, which knows only bytes, is not used.
 */
final class Connections {
    private final int most;
    private final long idleNanos;
    private final IdentityHashMap<HttpConnection, Use> open = new IdentityHashMap<>();

    Connections(HttpLimits limits) {
        this.most = limits.connections();
        this.idleNanos = limits.idle().toNanos();
    }

    /** Starts the sweep; it ends with the context. */
    void sweepBy(Vertx vertx) {
        Duration period = Duration.ofNanos(Math.clamp(idleNanos / 4, 10_000_000L, 1_000_000_000L));
        vertx.setPeriodic(period.toMillis(), ignored -> sweep(System.nanoTime()));
    }

    void opened(HttpConnection connection) {
        if (open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new Use(System.nanoTime()));
        connection.closeHandler(ignored -> open.remove(connection));
    }

    void serves(HttpServerRequest request) {
        Use use = open.get(request.connection());
        if (use != null) {
            use.request = request;
        }
    }

    private void sweep(long now) {
        for (Map.Entry<HttpConnection, Use> entry : new ArrayList<>(open.entrySet())) {
            if (entry.getValue().idle(now) > idleNanos) {
                entry.getKey().close();
            }
        }
    }

    private static final class Use {
        private long idleSince;
        private @Nullable HttpServerRequest request;

        Use(long now) {
            idleSince = now;
        }

        long idle(long now) {
            HttpServerRequest served = request;
            if (served != null && !served.response().ended()) {
                return 0;
            }
            if (served != null) {
                request = null;
                idleSince = now;
            }
            return now - idleSince;
        }
    }
}
