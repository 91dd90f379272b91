package dev.hearth.gateway.invocation;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.http.ErrorAnswer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events of the ends of some invocations: {@code done} with each record, {@code end} after the last.
 *
 * <p>One that had ended before the stream began comes first, so a client that lost its connection asks again for the same.
 */
final class EventStream {
    private final Vertx vertx;
    private final Context calls;
    private final Context client;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Duration heartbeat;
    private final Runnable left;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable Watch watch;
    private long timer = -1;

    /**
     * A stream that has not begun; to be made on the request's event loop.
     *
     * @param context the calls' event loop
     * @param left hears of its end, once
     */
    EventStream(Vertx vertx, Context context, HttpServerRequest request, Duration heartbeat, Runnable left) {
        this.vertx = vertx;
        this.calls = context;
        this.client = vertx.getOrCreateContext();
        this.request = request;
        this.response = request.response();
        this.heartbeat = heartbeat;
        this.left = left;
    }

    void begin(Calls all, Archive archive, List<InvocationId> ids) {
        response.closeHandler(ignored -> close());
        response.exceptionHandler(ignored -> close());
        calls.runOnContext(ignored -> {
            Watch made = new Watch(all, archive, this::ended);
            watch = made;
            made.over(ids)
                    .onComplete(
                            known -> {
                                client.runOnContext(back -> open());
                                made.done().forEach(this::send);
                                begun = true;
                                endIfAll();
                            },
                            unknown -> client.runOnContext(back -> {
                                close();
                                ErrorAnswer.of(unknown).send(request);
                            }));
        });
    }

    private boolean begun;

    private void ended(InvocationRecord record) {
        if (begun) {
            send(record);
            endIfAll();
        }
    }

    private void send(InvocationRecord record) {
        String event = "event: done\nid: " + record.id() + "\ndata: "
                + RecordJson.of(record).encode() + "\n\n";
        client.runOnContext(ignored -> write(event));
    }

    private void endIfAll() {
        Watch watching = watch;
        if (watching != null && watching.pending().isEmpty()) {
            String event = "event: end\ndata: "
                    + new JsonObject().put("pending", new JsonArray()).encode() + "\n\n";
            client.runOnContext(ignored -> {
                write(event);
                if (!response.closed() && !response.ended()) {
                    response.end();
                }
                close();
            });
        }
    }

    private void open() {
        if (response.closed()) {
            close();
            return;
        }
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .writeHead();
        timer = vertx.setPeriodic(heartbeat.toMillis(), ignored -> write(": waiting\n\n"));
    }

    private void write(String text) {
        if (!response.closed() && !response.ended()) {
            response.write(text).onFailure(gone -> close());
        }
    }

    private void close() {
        if (over.compareAndSet(false, true)) {
            vertx.cancelTimer(timer);
            left.run();
            calls.runOnContext(ignored -> {
                Watch watching = watch;
                if (watching != null) {
                    watching.close();
                }
            });
        }
    }
}
