package dev.hearth.gateway.image.cluster;

import dev.hearth.common.units.Bytes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.LongStream;

/** What is measured of the images that leave the head. */
final class StoreMeters {
    private static final Duration[] BUCKETS = LongStream.of(100, 500, 1_000, 5_000, 10_000, 30_000, 120_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Counter byRegistry;
    private final Counter byArchive;
    private final Counter pushes;
    private final Counter failedPushes;
    private final Counter deleted;
    private final Timer pushTimes;

    StoreMeters(MeterRegistry registry) {
        this.registry = registry;
        byRegistry = sent("registry");
        byArchive = sent("archive");
        pushes = pushed("success");
        failedPushes = pushed("failure");
        deleted = Counter.builder("hearth.images.deleted")
                .description("Images that the head deleted from its registry to keep it within its budget.")
                .register(registry);
        pushTimes = Timer.builder("hearth.image.push.duration")
                .description("Time for putting an image into the head's registry.")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter sent(String way) {
        return Counter.builder("hearth.images.sent")
                .description("Bytes of images that nodes took from the head, from its registry or as archives.")
                .baseUnit("bytes")
                .tag("way", way)
                .register(registry);
    }

    private Counter pushed(String outcome) {
        return Counter.builder("hearth.images.pushed")
                .description("Images that the head put into its registry.")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * Only a head with a registry has these.
     *
     * @param held bytes of its images; not a number while that is not known
     * @param most what they may be; zero for no bound
     */
    void watch(BooleanSupplier answers, DoubleSupplier held, Bytes most) {
        Gauge.builder("hearth.image.store.up", () -> answers.getAsBoolean() ? 1 : 0)
                .description("Whether the head's registry of images answers: 1 or 0.")
                .register(registry);
        Gauge.builder("hearth.image.store.held", held::getAsDouble)
                .description("Bytes of the images in the head's registry, shared layers once.")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder(
                        "hearth.image.store.capacity",
                        () -> most.value() == 0 ? Double.POSITIVE_INFINITY : (double) most.value())
                .description("Budget: bytes of the images in the head's registry; +Inf without one.")
                .baseUnit("bytes")
                .register(registry);
    }

    Counter sentByRegistry() {
        return byRegistry;
    }

    Counter sentAsArchive() {
        return byArchive;
    }

    Counter deleted() {
        return deleted;
    }

    void pushed(boolean success, long nanos) {
        (success ? pushes : failedPushes).increment();
        pushTimes.record(nanos, TimeUnit.NANOSECONDS);
    }
}
