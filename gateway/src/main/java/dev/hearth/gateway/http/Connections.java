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
 *
 * <p>An answer is served until its last byte has gone to the system: a client that reads slowly gets all of it, however
 * long that takes. One that takes nothing for a while is cut off, and what waited for it is thrown away.
 *
 * <p>A client that was refused with much of its body unsent has some time to read why: what it still sends meanwhile is
 * thrown away, and only then is the connection closed.
 */
final class Connections {
    private final int most;
    private final long idleNanos;
    private final long stallNanos;
    private final long lingerNanos;
    private final IdentityHashMap<HttpConnection, Use> open = new IdentityHashMap<>();

    Connections(HttpLimits limits) {
        this.most = limits.connections();
        this.idleNanos = limits.idle().toNanos();
        this.stallNanos = limits.stall().toNanos();
        this.lingerNanos = limits.linger().toNanos();
    }

    /** Starts the sweep; it ends with the context. */
    void sweepBy(Vertx vertx) {
        long shortest = Math.min(lingerNanos, Math.min(idleNanos, stallNanos));
        Duration period = Duration.ofNanos(Math.clamp(shortest / 4, 10_000_000L, 1_000_000_000L));
        vertx.setPeriodic(period.toMillis(), ignored -> sweep(System.nanoTime()));
    }

    void opened(HttpConnection connection) {
        if (open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new Use(new Unsent(connection), System.nanoTime()));
        connection.closeHandler(ignored -> open.remove(connection));
    }

    /** Notes what is served; false for what comes behind the last request, which is not to be believed. */
    boolean serves(HttpServerRequest request) {
        Use use = open.get(request.connection());
        if (use == null) {
            return true;
        }
        use.request = request;
        return !use.last && !use.unsent.isShut();
    }

    /** Nothing that comes on the connection after this request is served. */
    void last(HttpServerRequest request) {
        Use use = open.get(request.connection());
        if (use != null) {
            use.last = true;
        }
    }

    private void sweep(long now) {
        for (Map.Entry<HttpConnection, Use> entry : new ArrayList<>(open.entrySet())) {
            Use use = entry.getValue();
            if (use.unsent.stalled(now) > stallNanos) {
                use.unsent.cutOff();
            } else if (use.idle(now) > (use.unsent.isShut() ? lingerNanos : idleNanos)) {
                entry.getKey().close();
            }
        }
    }

    private static final class Use {
        private final Unsent unsent;
        private long idleSince;
        private boolean last;
        private @Nullable HttpServerRequest request;

        Use(Unsent unsent, long now) {
            this.unsent = unsent;
            idleSince = now;
        }

        long idle(long now) {
            HttpServerRequest served = request;
            if (served != null && (!served.response().ended() || !unsent.none())) {
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
