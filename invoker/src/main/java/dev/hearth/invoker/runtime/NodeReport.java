package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.ContainersReply;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.pool.PoolSnapshot;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells all gateways what the node has: on a fixed beat, and a moment after each change.
 *
 * <p>Changes within {@code SOON} of each other make one status.
 */
final class NodeReport {
    private static final long SOON_MILLIS = 20;

    private final Vertx vertx;
    private final RuntimeSettings settings;
    private final Condition condition;
    private final Sources sources;
    private long sequence;
    private boolean pending;

    /**
     * Where the figures come from.
     *
     * @param disk budget of images and code, bytes
     * @param diskUsed bytes of it in use
     * @param meters hear what is told
     * @param labels what functions may require of the node
     * @param monitor where the process tells its metrics; empty for nowhere
     */
    record Sources(
            ContainerPool pool,
            ImageCatalogue images,
            long disk,
            LongSupplier diskUsed,
            NodeMeters meters,
            NodeLabels labels,
            String monitor) {}

    NodeReport(Vertx vertx, RuntimeSettings settings, Condition condition, Sources sources) {
        this.vertx = vertx;
        this.settings = settings;
        this.condition = condition;
        this.sources = sources;
    }

    /** Something changed. */
    void changed() {
        if (!pending) {
            pending = true;
            vertx.setTimer(SOON_MILLIS, ignored -> beat());
        }
    }

    void beat() {
        pending = false;
        PoolSnapshot pool = sources.pool().snapshot();
        NodeStatus status = status(pool);
        sources.meters().told(status, pool.wanted());
        vertx.eventBus().publish(BusAddress.NODES, status, BusCodec.options());
    }

    private NodeStatus status(PoolSnapshot pool) {
        Map<String, Integer> containers = new HashMap<>();
        pool.containers().forEach((state, count) -> containers.put(state.name().toLowerCase(Locale.ROOT), count));
        return new NodeStatus(
                settings.node(),
                settings.epoch(),
                ++sequence,
                condition.ready(),
                condition.reason(),
                Runtime.getRuntime().availableProcessors(),
                gauge(pool.slots()),
                gauge(pool.memory()),
                gauge(pool.scratch()),
                new Gauge(sources.disk(), sources.diskUsed().getAsLong()),
                sources.pool().imageRoom(),
                containers,
                pool.idle(),
                pool.stems(),
                sources.images().names(),
                sources.labels(),
                gauge(pool.gpus()),
                sources.monitor());
    }

    private static Gauge gauge(PoolSnapshot.Use use) {
        return new Gauge(use.capacity(), use.used());
    }

    ContainersReply containers() {
        long offset = System.currentTimeMillis() - Fleet.now();
        List<ContainersReply.Entry> entries = sources.pool().listing().stream()
                .map(e -> new ContainersReply.Entry(
                        e.id().value(),
                        e.state().name().toLowerCase(Locale.ROOT),
                        e.runtime(),
                        e.label(),
                        e.memory().value(),
                        e.calls(),
                        e.since() + offset))
                .toList();
        return new ContainersReply(entries);
    }
}
