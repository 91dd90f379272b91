package dev.hearth.gateway.invocation;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one function, each made when it first counts and found by index from then on.
 *
 * <p>Phases are kept as sums, not as histograms, so that a function costs tens of series and not hundreds.
 */
// The order of codes and start kinds is an index in memory here, never stored.
@SuppressWarnings("EnumOrdinal")
final class FunctionMeters {
    static final String INVOCATIONS = "hearth.invocations";
    static final String DURATION = "hearth.invocation.duration";
    static final String NETWORK = "hearth.function.network";
    static final String PHASES = "hearth.function.phase.seconds";

    private static final Duration[] BUCKETS = CallMeters.millis(1, 2.5, 10, 25, 100, 250, 1_000, 2_500, 10_000, 60_000);
    private static final int KINDS = StartKind.values().length + 1;

    private final MeterRegistry registry;
    private final String function;
    private final Timer duration;
    private final @Nullable Counter[] ended = new @Nullable Counter[KINDS * (ErrorCode.values().length + 1)];
    private final @Nullable Counter[] phases = new @Nullable Counter[Phase.values().length];
    private @Nullable Moved moved;
    private final List<Meter> all = new ArrayList<>();

    /** Bytes over the network, both ways. */
    record Moved(Counter in, Counter out) {}

    FunctionMeters(MeterRegistry registry, String function) {
        this.registry = registry;
        this.function = function;
        this.duration = Timer.builder(DURATION)
                .description("Time from the acceptance of a call to its outcome.")
                .tag("function", function)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        all.add(duration);
    }

    void ended(Optional<ErrorCode> code, Optional<StartKind> start, long nanos) {
        int outcome = code.isEmpty() ? 0 : code.get().ordinal() + 1;
        int kind = start.isEmpty() ? 0 : start.get().ordinal() + 1;
        int index = outcome * KINDS + kind;
        Counter counter = ended[index];
        if (counter == null) {
            counter = outcomeCounter(
                    code.map(ErrorCode::name).orElse("SUCCESS"),
                    start.map(StartKind::toString).orElse("none"));
            ended[index] = counter;
        }
        counter.increment();
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Counter outcomeCounter(String outcome, String start) {
        Counter counter = Counter.builder(INVOCATIONS)
                .description("Calls that have ended.")
                .tags("function", function, "outcome", outcome, "start", start)
                .register(registry);
        all.add(counter);
        return counter;
    }

    /** Adds to what the function's calls have spent in each phase. */
    void spent(long queueNanos, Timings timings) {
        add(Phase.QUEUE, queueNanos / 1e9);
        for (Phase phase : Phase.ON_THE_NODE) {
            add(phase, phase.micros(timings) / 1e6);
        }
    }

    private void add(Phase phase, double seconds) {
        if (seconds > 0) {
            Counter counter = phases[phase.ordinal()];
            if (counter == null) {
                counter = Counter.builder(PHASES)
                        .description("Time that calls of the function have spent in each phase.")
                        .tags("function", function, "phase", phase.toString())
                        .register(registry);
                phases[phase.ordinal()] = counter;
                all.add(counter);
            }
            counter.increment(seconds);
        }
    }

    /** Adds to what the function's calls have moved over their network. */
    void moved(Traffic traffic) {
        if (!traffic.equals(Traffic.NONE)) {
            Moved meters = network();
            meters.in().increment((double) traffic.received());
            meters.out().increment((double) traffic.sent());
        }
    }

    Moved network() {
        Moved known = moved;
        if (known == null) {
            known = new Moved(networkCounter("in"), networkCounter("out"));
            moved = known;
        }
        return known;
    }

    private Counter networkCounter(String direction) {
        Counter counter = Counter.builder(NETWORK)
                .description(
                        "Bytes that calls of the function have moved over their network, headers of packets included.")
                .baseUnit("bytes")
                .tags("function", function, "direction", direction)
                .register(registry);
        all.add(counter);
        return counter;
    }

    /** Takes them out of the registry. */
    void remove() {
        all.forEach(registry::remove);
    }
}
