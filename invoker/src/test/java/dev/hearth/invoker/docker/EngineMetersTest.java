package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.docker.EngineMeters.Operation;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class EngineMetersTest {
    private static final String NAME = "hearth.docker.call.duration";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EngineMeters meters = new EngineMeters(registry);

    private Timer timer(String operation, String outcome) {
        return registry.get(NAME)
                .tag("operation", operation)
                .tag("outcome", outcome)
                .timer();
    }

    @Test
    void everyOperationIsThereBeforeItsFirstCall() {
        assertThat(registry.get(NAME).timers())
                .allSatisfy(timer -> {
                    assertThat(timer.getId().getTag("outcome")).isEqualTo("ok");
                    assertThat(timer.getId().getBaseUnit()).isEqualTo("seconds");
                    assertThat(timer.getId().getDescription()).endsWith(".");
                    assertThat(timer.count()).isZero();
                })
                .extracting(timer -> timer.getId().getTag("operation"))
                .containsExactlyInAnyOrderElementsOf(Stream.of(Operation.values())
                        .map(operation -> operation.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void callsAreTimedByOperation() {
        meters.took(Operation.CREATE, TimeUnit.MILLISECONDS.toNanos(120), null);
        meters.took(Operation.CREATE, TimeUnit.MILLISECONDS.toNanos(80), null);
        assertThat(timer("create", "ok").count()).isEqualTo(2);
        assertThat(timer("create", "ok").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(200);
        assertThat(timer("kill", "ok").count()).isZero();
    }

    @Test
    void failuresAreToldApartByKindAndThoseNobodyForesawAreOther() {
        for (EngineFault.Kind kind : EngineFault.Kind.values()) {
            meters.took(Operation.PULL, 1, new EngineFault(kind, "no"));
        }
        meters.took(Operation.PULL, 1, new IllegalStateException("a fault of ours"));
        assertThat(timer("pull", "timed_out").count()).isEqualTo(1);
        assertThat(timer("pull", "no_such_image").count()).isEqualTo(1);
        assertThat(timer("pull", "other").count()).isEqualTo(2);
        assertThat(timer("pull", "ok").count()).isZero();
        assertThat(registry.get(NAME).tag("operation", "pull").timers()).hasSize(EngineFault.Kind.values().length + 1);
    }
}
