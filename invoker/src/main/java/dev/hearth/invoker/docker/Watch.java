package dev.hearth.invoker.docker;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One listener's view of the engine: its events, and one EngineLost and one EngineBack for each outage.
 *
 * <p>The engine is there when the stream of events is connected and the last ping was answered: a stopped engine ends the
 * stream, a hung one does not. All state lives on the listener's context.
 */
final class Watch implements Engine.EngineWatch {
    private final Context context;
    private final Consumer<EngineEvent> listener;
    private final EventStream stream;
    private final Supplier<Future<Void>> ping;
    private final Vertx vertx;
    private final long timer;
    private boolean connected = true;
    private boolean answering = true;
    private boolean lost;
    private boolean pinging;
    private volatile boolean closed;

    Watch(
            Vertx vertx,
            EngineLink link,
            EngineLimits limits,
            String label,
            Supplier<Future<Void>> ping,
            Consumer<EngineEvent> listener) {
        this.vertx = vertx;
        this.ping = ping;
        this.listener = listener;
        context = vertx.getOrCreateContext();
        stream = new EventStream(vertx, link, limits, label, new FromStream());
        timer = vertx.setPeriodic(limits.heartbeat().toMillis(), id -> context.runOnContext(v -> beat()));
    }

    void start() {
        stream.start();
    }

    private void beat() {
        if (!pinging) {
            pinging = true;
            ping.get().onComplete(answer -> context.runOnContext(v -> pinged(answer)));
        }
    }

    private void pinged(AsyncResult<Void> answer) {
        pinging = false;
        answering = answer.succeeded();
        judge(answering ? "" : String.valueOf(answer.cause().getMessage()));
    }

    private void judge(String reason) {
        boolean gone = !(connected && answering);
        if (gone != lost) {
            lost = gone;
            tell(gone ? new EngineEvent.EngineLost(reason) : new EngineEvent.EngineBack());
        }
    }

    private void tell(EngineEvent event) {
        if (!closed) {
            listener.accept(event);
        }
    }

    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
        stream.close();
    }

    /** Brings what the stream's thread says to the context. */
    private final class FromStream implements EventStream.Listener {
        @Override
        public void connected() {
            context.runOnContext(v -> {
                connected = true;
                judge("");
            });
        }

        @Override
        public void broken(EngineFault fault) {
            context.runOnContext(v -> {
                connected = false;
                judge(String.valueOf(fault.getMessage()));
            });
        }

        @Override
        public void event(EngineEvent event) {
            context.runOnContext(v -> tell(event));
        }
    }
}
