package dev.hearth.deploy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Measures how late one event loop comes to a timer: what any of its calls waits for. Deployed once a loop. */
final class LoopLag extends VerticleBase {
    private static final long BEAT_MILLIS = 100;
    private static final Duration[] BUCKETS = LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 1_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Timer lag;

    LoopLag(MeterRegistry registry) {
        lag = Timer.builder("hearth.event.loop.lag")
                .description("How late an event loop came to a timer.")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    @Override
    public Future<?> start() {
        arm();
        return Future.succeededFuture();
    }

    private void arm() {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BEAT_MILLIS);
        vertx.setTimer(BEAT_MILLIS, ignored -> {
            lag.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
            arm();
        });
    }
}
