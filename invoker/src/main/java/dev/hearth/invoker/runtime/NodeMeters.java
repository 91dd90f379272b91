package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.invoker.pool.Blueprint;
import dev.hearth.invoker.pool.ContainerState;
import dev.hearth.invoker.pool.Demand;
import dev.hearth.invoker.pool.RemovalReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of a node: its containers, budgets and condition as it last told the gateways, and what it did.
 *
 * <p>Counts on the invoker's event loop; the gauges are read by other threads, from the last status alone.
 */
final class NodeMeters {
    private static final Duration[] BUCKETS = LongStream.of(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<RemovalReason, Counter> removals = new EnumMap<>(RemovalReason.class);
    private final Counter functionStarts;
    private final Counter stemStarts;
    private final Timer startTimes;
    private final Counter fetches;
    private final Counter failedFetches;
    private final Counter imageEvictions;
    private final Timer fetchTimes;
    private final Counter droppedLines;
    private final Counter droppedLogs;
    private volatile @Nullable NodeStatus status;
    private volatile Map<String, Integer> wantedStems = Map.of();

    /**
     * Meters of a node that has told nothing.
     *
     * @param runtimes those that may have stem cells
     */
    NodeMeters(MeterRegistry registry, Collection<String> runtimes) {
        this.registry = registry;
        for (RemovalReason reason : RemovalReason.values()) {
            removals.put(reason, removal(reason));
        }
        functionStarts = starts("function");
        stemStarts = starts("stem");
        startTimes = Timer.builder("hearth.container.start.duration")
                .description("Time from asking the Docker Engine for a container to its runtime's hello.")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        fetches = fetches("success");
        failedFetches = fetches("failure");
        imageEvictions = counter("hearth.images.evicted", "Images that were removed to make room.");
        fetchTimes = Timer.builder("hearth.image.fetch.duration")
                .description("Time for fetching an image that calls waited for.")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        droppedLines = counter("hearth.log.lines.dropped", "Log lines beyond what is kept of one invocation.");
        droppedLogs = counter("hearth.logs.dropped", "Logs of ended invocations that made room for newer ones.");
        containers(runtimes);
        budgets();
    }

    /** Only a node that takes images from a head has this one. */
    void images(LongSupplier bytes) {
        FunctionCounter.builder("hearth.images.received", bytes, LongSupplier::getAsLong)
                .description("Bytes of images that came from the head over the tunnel.")
                .baseUnit("bytes")
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Counter fetches(String outcome) {
        return Counter.builder("hearth.images.fetched")
                .description("Images that calls needed and the node did not have.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter removal(RemovalReason reason) {
        return Counter.builder("hearth.containers.removed")
                .description("Containers that left the pool; the reasons evicted_* and surplus_stem are evictions.")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private Counter starts(String purpose) {
        return Counter.builder("hearth.containers.started")
                .description("Containers that the pool decided to start, for calls of a function or as stem cells.")
                .tag("purpose", purpose)
                .register(registry);
    }

    private void containers(Collection<String> runtimes) {
        gauge("hearth.node.ready", "Whether the node takes calls: 1 or 0.", s -> s.ready() ? 1 : 0)
                .register(registry);
        for (ContainerState state : ContainerState.values()) {
            gauge("hearth.containers", "Containers by state.", s -> count(s.containers(), state.toString()))
                    .tag("state", state.toString())
                    .register(registry);
        }
        for (String runtime : runtimes) {
            gauge("hearth.stem.cells", "Stem cells that wait for a function's code.", s -> count(s.stems(), runtime))
                    .tag("runtime", runtime)
                    .register(registry);
            gauge("hearth.stem.cells.wanted", "Stem cells that should wait.", s -> count(wantedStems, runtime))
                    .tag("runtime", runtime)
                    .register(registry);
        }
    }

    private static int count(Map<String, Integer> counts, String key) {
        return counts.getOrDefault(key, 0);
    }

    private void budgets() {
        budget("hearth.slots", null, NodeStatus::slots, "calls that may run at once");
        budget("hearth.memory", "bytes", NodeStatus::memory, "the node's memory for containers");
        budget("hearth.scratch", "bytes", NodeStatus::scratch, "the node's memory for containers' /tmp");
        budget("hearth.disk", "bytes", NodeStatus::disk, "the node's disk for images and code");
    }

    private void budget(String name, @Nullable String unit, Function<NodeStatus, Gauge> of, String what) {
        gauge(name + ".capacity", "Budget: " + what + ".", s -> of.apply(s).capacity())
                .baseUnit(unit)
                .register(registry);
        gauge(
                        name + ".reserved",
                        "Taken of the budget: " + what + ".",
                        s -> of.apply(s).used())
                .baseUnit(unit)
                .register(registry);
    }

    private io.micrometer.core.instrument.Gauge.Builder<?> gauge(
            String name, String description, ToDoubleFunction<NodeStatus> value) {
        return io.micrometer.core.instrument.Gauge.builder(name, () -> {
                    NodeStatus last = status;
                    return last == null ? Double.NaN : value.applyAsDouble(last);
                })
                .description(description);
    }

    /**
     * The node told this of itself.
     *
     * @param wanted stem cells by runtime that its pool wants
     */
    void told(NodeStatus now, Map<String, Integer> wanted) {
        wantedStems = wanted;
        status = now;
    }

    /** The pool wants a container. */
    void starts(Blueprint blueprint) {
        (blueprint instanceof Demand ? functionStarts : stemStarts).increment();
    }

    /** A container's runtime said hello. */
    void started(long micros) {
        startTimes.record(micros, TimeUnit.MICROSECONDS);
    }

    void removed(RemovalReason reason) {
        Counter counter = removals.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    /** An image was fetched for calls, or was not. */
    void fetched(boolean success, long micros) {
        (success ? fetches : failedFetches).increment();
        fetchTimes.record(micros, TimeUnit.MICROSECONDS);
    }

    void imageEvicted() {
        imageEvictions.increment();
    }

    void linesDropped(long lines) {
        droppedLines.increment((double) lines);
    }

    void logDropped() {
        droppedLogs.increment();
    }
}
