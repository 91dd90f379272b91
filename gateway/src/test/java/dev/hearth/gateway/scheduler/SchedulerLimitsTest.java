package dev.hearth.gateway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bounds' defaults and what they may not be. */
final class SchedulerLimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void hasDefaults() {
        assertThat(SchedulerLimits.DEFAULT)
                .isEqualTo(new SchedulerLimits(100_000, 10_000, Duration.ofSeconds(2), Duration.ofMillis(200)));
    }

    @Test
    void refusesNegativeBounds() {
        assertThatThrownBy(() -> new SchedulerLimits(-1, 5, SECOND, SECOND))
                .hasMessage("queue bounds are -1 in all and 5 per function, must be 0 or more");
    }

    @Test
    void refusesNegativePatienceAndNoBackOff() {
        assertThatThrownBy(() -> new SchedulerLimits(1, 1, SECOND.negated(), SECOND))
                .hasMessageContaining("patience");
        assertThatThrownBy(() -> new SchedulerLimits(1, 1, SECOND, Duration.ZERO))
                .hasMessageContaining("back-off");
    }
}
