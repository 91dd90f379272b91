package dev.hearth.invoker.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Reads the engine's events on a thread of its own and connects again after each end.
 *
 * <p>After a break it asks for what happened since the last event; an engine keeps the newest few hundred, and none over
 * its own restart.
 */
final class EventStream implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Vertx vertx;
    private final EngineLink link;
    private final EngineLimits limits;
    private final String filters;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean closed;
    private long lastNanos;

    /** Told on the stream's own thread. */
    interface Listener {
        void connected();

        void broken(EngineFault fault);

        void event(EngineEvent event);
    }

    EventStream(Vertx vertx, EngineLink link, EngineLimits limits, String label, Listener listener) {
        this.vertx = vertx;
        this.link = link;
        this.limits = limits;
        this.listener = listener;
        JsonObject filter = new JsonObject()
                .put("type", JsonArray.of("container"))
                .put("event", JsonArray.of("die", "oom"))
                .put("label", JsonArray.of(label));
        filters = URLEncoder.encode(filter.encode(), StandardCharsets.UTF_8);
        thread = Thread.ofVirtual().name("engine-events").unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    private void loop() {
        while (!closed) {
            EngineLink.@Nullable Live live = null;
            try {
                live = link.live();
                listen(live);
                throw new IOException("the engine ended the stream of events");
            } catch (IOException | InterruptedException | TimeoutException | RuntimeException failed) {
                // When the watch was closed nothing is wrong with the connections, and others use them.
                if (!closed) {
                    link.drop(live);
                    listener.broken(Faults.of(failed, "tell events"));
                }
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(limits.reconnect());
        } catch (InterruptedException early) {
            // Only close() or a late deadline of the attempt before: the loop looks at once which it was.
        }
    }

    private void listen(EngineLink.Live live) throws IOException, TimeoutException {
        AtomicBoolean connecting = new AtomicBoolean(true);
        // An engine that hangs accepts the connection and never answers.
        long timer = vertx.setTimer(limits.query().toMillis(), id -> {
            if (connecting.compareAndSet(true, false)) {
                thread.interrupt();
            }
        });
        try (Response response = live.send(Request.Method.GET, path())) {
            vertx.cancelTimer(timer);
            if (!connecting.compareAndSet(true, false)) {
                throw new TimeoutException("no answer within " + limits.query().toMillis() + " ms");
            }
            if (response.getStatusCode() != 200) {
                throw new IOException("status " + response.getStatusCode());
            }
            listener.connected();
            read(response);
        } finally {
            vertx.cancelTimer(timer);
        }
    }

    private void read(Response response) throws IOException {
        try (MappingIterator<JsonNode> events = JSON.readerFor(JsonNode.class).readValues(response.getBody())) {
            while (events.hasNextValue()) {
                JsonNode event = events.nextValue();
                long nanos = event.path("timeNano").asLong();
                if (nanos > lastNanos) {
                    lastNanos = nanos;
                    hear(event);
                }
            }
        }
    }

    private void hear(JsonNode event) {
        JsonNode actor = event.path("Actor");
        String id = actor.path("ID").asText();
        switch (event.path("Action").asText()) {
            case "die" ->
                listener.event(new EngineEvent.Died(
                        id, actor.path("Attributes").path("exitCode").asInt()));
            case "oom" -> listener.event(new EngineEvent.OutOfMemory(id));
            default -> {}
        }
    }

    private String path() {
        String since = lastNanos == 0
                ? ""
                : String.format(Locale.ROOT, "&since=%d.%09d", lastNanos / 1_000_000_000, lastNanos % 1_000_000_000);
        return "/events?filters=" + filters + since;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
