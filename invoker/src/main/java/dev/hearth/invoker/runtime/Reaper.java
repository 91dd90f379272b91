package dev.hearth.invoker.runtime;

import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.EngineFault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills and removes containers, a few at once and off the path of any call.
 *
 * <p>A removal is tried until the engine says that the container is gone: what it holds stays reserved as long.
 */
final class Reaper implements Death.Executioner {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);

    private final Vertx vertx;
    private final Engine engine;
    private final RuntimeSettings settings;
    private final Consumer<Boolean> doubts;
    private final ArrayDeque<Removal> waiting = new ArrayDeque<>();
    private int removing;
    private int doubted;

    private record Removal(LiveContainer container, Promise<Void> done) {}

    /**
     * A reaper at this engine.
     *
     * @param doubts hears whether there are containers whose death is ordered but not proven
     */
    Reaper(Vertx vertx, Engine engine, RuntimeSettings settings, Consumer<Boolean> doubts) {
        this.vertx = vertx;
        this.engine = engine;
        this.settings = settings;
        this.doubts = doubts;
    }

    /** Removes the container; succeeds when the engine does not know it any more. */
    Future<Void> remove(LiveContainer container) {
        Promise<Void> done = Promise.promise();
        container.leave();
        // A create that is still under way would outlive a removal that finds nothing to remove.
        container.outfit.settled().onComplete(ignored -> {
            waiting.add(new Removal(container, done));
            next();
        });
        return done.future();
    }

    private void next() {
        while (removing < settings.removals() && !waiting.isEmpty()) {
            removing++;
            attempt(waiting.remove());
        }
    }

    private void attempt(Removal removal) {
        LiveContainer container = removal.container();
        String engineId = container.engineId();
        engine.remove(engineId == null ? container.site.name() : engineId).onComplete(removed -> {
            removing--;
            if (removed.succeeded()) {
                removal.done().complete();
            } else {
                LOG.warn(
                        "event=removal_failed container={} reason=\"{}\" action=retry",
                        container.id,
                        removed.cause().getMessage());
                after(settings.killRetry().toMillis(), () -> {
                    waiting.add(removal);
                    next();
                });
            }
            next();
        });
    }

    /** Containers that wait for their removal or are under it. */
    int pending() {
        return removing + waiting.size();
    }

    @Override
    public void after(long millis, Runnable action) {
        vertx.setTimer(Math.max(1, millis), ignored -> action.run());
    }

    @Override
    public Future<Void> kill(LiveContainer container) {
        String engineId = container.engineId();
        return engine.kill(engineId == null ? container.site.name() : engineId).recover(fault -> {
            boolean gone = fault instanceof EngineFault known && known.kind() == EngineFault.Kind.NO_SUCH_CONTAINER;
            return gone ? Future.succeededFuture() : Future.failedFuture(fault);
        });
    }

    @Override
    public long bridgeMillis() {
        return settings.bridgeGrace().toMillis();
    }

    @Override
    public long graceMillis() {
        return settings.killGrace().toMillis();
    }

    @Override
    public long retryMillis() {
        return settings.killRetry().toMillis();
    }

    @Override
    public void unproven(LiveContainer container) {
        LOG.warn("event=death_unproven container={} action=\"no call is taken until it is proven\"", container.id);
        doubted++;
        doubts.accept(true);
    }

    @Override
    public void proven(LiveContainer container) {
        LOG.warn("event=death_proven container={}", container.id);
        doubted--;
        doubts.accept(doubted > 0);
    }
}
