package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.invocation.StartKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What is measured of calls: how they ended and how long they took by function, how long each phase took, what waits.
 *
 * <p>At most {@code metrics.functions} functions have series of their own; those that come later share {@value #OTHER},
 * which no function can be called, until they are deleted. Lives on the calls' event loop, but for the gauges' values.
 */
public final class CallMeters {
    static final String OTHER = "_other";

    private static final Duration[] BUCKETS =
            millis(0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000);

    private final MeterRegistry registry;
    private final int mostFunctions;
    private final Predicate<FunctionName> registered;
    private final Consumer<InvocationRecord> usage;
    private final FunctionMeters others;
    private final Map<FunctionName, FunctionMeters> functions = new HashMap<>();
    private final AtomicInteger named = new AtomicInteger();
    private final Timer queue;
    private final List<PhaseTimer> onTheNode;
    private final Counter refusals;
    private final Counter droppedSuccesses;
    private final Counter droppedFailures;
    private volatile Waiting waiting = new Waiting(0, 0, 0, 0);

    private record PhaseTimer(Phase phase, Timer timer) {}

    /**
     * What waits at one moment.
     *
     * @param queued calls in the queue
     * @param oldestMillis wait of the oldest of them
     * @param inFlight calls that have not ended, queued ones included
     * @param records records that are kept
     */
    record Waiting(int queued, long oldestMillis, int inFlight, int records) {}

    /**
     * Meters that have counted nothing.
     *
     * @param mostFunctions functions with series of their own
     * @param registered whether there is such a function; from any thread
     * @param usage hears of each end, on the calls' event loop
     */
    public CallMeters(
            MeterRegistry registry,
            int mostFunctions,
            Predicate<FunctionName> registered,
            Consumer<InvocationRecord> usage) {
        this.registry = registry;
        this.mostFunctions = mostFunctions;
        this.registered = registered;
        this.usage = usage;
        this.others = new FunctionMeters(registry, OTHER);
        // So that the metric is there to be found before a function moves anything.
        others.network();
        queue = phaseTimer(Phase.QUEUE);
        onTheNode = Phase.ON_THE_NODE.stream()
                .map(phase -> new PhaseTimer(phase, phaseTimer(phase)))
                .toList();
        refusals = Counter.builder("hearth.placements.refused")
                .description("Placements that the node refused; the call kept its place in the queue.")
                .register(registry);
        droppedSuccesses = dropped("success");
        droppedFailures = dropped("failure");
        gauges();
    }

    private Timer phaseTimer(Phase phase) {
        return Timer.builder("hearth.invocation.phase.duration")
                .description("Time that a call spent in a phase, if it had that phase.")
                .tag("phase", phase.toString())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter dropped(String outcome) {
        return Counter.builder("hearth.records.dropped")
                .description("Records of ended calls that made room for newer ones.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void gauges() {
        Gauge.builder("hearth.queue.length", () -> waiting.queued())
                .description("Calls in the queue.")
                .register(registry);
        Gauge.builder("hearth.queue.oldest.age", () -> waiting.oldestMillis() / 1e3)
                .description("How long the oldest call in the queue has waited.")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("hearth.invocations.in.flight", () -> waiting.inFlight())
                .description("Calls that have not ended, those in the queue included.")
                .register(registry);
        Gauge.builder("hearth.records.kept", () -> waiting.records())
                .description("Records of ended calls that are kept in memory.")
                .register(registry);
        Gauge.builder("hearth.functions.labelled", named::get)
                .description("Functions that have series of their own (metrics.functions).")
                .register(registry);
    }

    void ended(InvocationRecord record, long queueNanos, long allNanos) {
        usage.accept(record);
        FunctionMeters meters = of(record.callee().function());
        Optional<ErrorCode> code = record.failure().map(Failure::code);
        Optional<StartKind> start = record.startedAt() == 0 ? Optional.empty() : Optional.of(record.start());
        meters.ended(code, start, allNanos);
        meters.spent(queueNanos, record.timings());
        meters.moved(record.network());
        queue.record(queueNanos, TimeUnit.NANOSECONDS);
        for (PhaseTimer phase : onTheNode) {
            long micros = phase.phase().micros(record.timings());
            if (micros > 0) {
                phase.timer().record(micros, TimeUnit.MICROSECONDS);
            }
        }
    }

    private FunctionMeters of(FunctionName function) {
        FunctionMeters known = functions.get(function);
        if (known != null) {
            return known;
        }
        // The last calls of a deleted function end after its series have gone.
        if (!registered.test(function)) {
            return others;
        }
        FunctionMeters made = others;
        if (named.get() < mostFunctions) {
            made = new FunctionMeters(registry, function.toString());
            named.incrementAndGet();
        }
        functions.put(function, made);
        return made;
    }

    /** The function was deleted. */
    void forget(FunctionName function) {
        FunctionMeters gone = functions.remove(function);
        if (gone != null && gone != others) {
            gone.remove();
            named.decrementAndGet();
        }
    }

    void refused() {
        refusals.increment();
    }

    void dropped(InvocationRecord record) {
        (record.failure().isEmpty() ? droppedSuccesses : droppedFailures).increment();
    }

    void waiting(Waiting now) {
        waiting = now;
    }

    static Duration[] millis(double... each) {
        return Arrays.stream(each)
                .mapToObj(millis -> Duration.ofNanos((long) (millis * 1e6)))
                .toArray(Duration[]::new);
    }
}
