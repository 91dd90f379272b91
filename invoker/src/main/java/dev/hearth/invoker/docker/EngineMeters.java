package dev.hearth.invoker.docker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** How long calls to the engine take, their wait for a turn included, by what was asked and what came of it. */
final class EngineMeters {
    private static final Duration[] BUCKETS = LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 30_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final ConcurrentMap<Kind, Timer> timers = new ConcurrentHashMap<>();

    /** What a call to the engine is for; the names are values of a label. */
    enum Operation {
        PROBE,
        PING,
        CREATE,
        KILL,
        REMOVE,
        RENAME,
        UPDATE,
        LIST,
        INSPECT,
        IMAGES,
        PULL,
        REMOVE_IMAGE
    }

    /** All that calls are told apart by; no fault is success. */
    private record Kind(Operation operation, EngineFault.@Nullable Kind fault) {}

    EngineMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Operation operation : Operation.values()) {
            timer(new Kind(operation, null));
        }
    }

    void took(Operation operation, long nanos, @Nullable Throwable failure) {
        EngineFault.Kind fault = failure instanceof EngineFault known ? known.kind() : EngineFault.Kind.OTHER;
        timer(new Kind(operation, failure == null ? null : fault)).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return timers.computeIfAbsent(kind, this::made);
    }

    private Timer made(Kind kind) {
        return Timer.builder("hearth.docker.call.duration")
                .description("Time of a call to the Docker Engine, its wait for a turn included.")
                .tag("operation", text(kind.operation()))
                .tag("outcome", kind.fault() == null ? "ok" : text(kind.fault()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
