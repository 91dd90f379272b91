package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolLimitsTest {
    private static final Bytes ONE = Bytes.ofGiB(1);

    @Test
    void refusesBudgetsOfNothing() {
        assertThatThrownBy(() -> limits(Bytes.ZERO, ONE, 1, 1)).hasMessageContaining("invoker.memory is 0");
        assertThatThrownBy(() -> limits(ONE, Bytes.ZERO, 1, 1)).hasMessageContaining("invoker.scratch is 0");
        assertThatThrownBy(() -> limits(ONE, ONE, 0, 1)).hasMessageContaining("invoker.slots is 0");
        assertThatThrownBy(() -> limits(ONE, ONE, 1, -1)).hasMessageContaining("invoker.starts is -1");
    }

    @Test
    void refusesAStemClassThatIsGivenTwice() {
        assertThatThrownBy(() -> limits(ONE, ONE, 1, 1, stems(64, 1), stems(64, 2)))
                .hasMessageContaining("64MiB")
                .hasMessageContaining("twice");
    }

    @Test
    void refusesABaseOutOfRange() {
        assertThatThrownBy(() -> stems(64, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> stems(64, 1_001)).hasMessageContaining("1001");
    }

    @Test
    void refusesANegativeKeepAliveAndMinWarm() {
        assertThatThrownBy(() -> withKeepAlive(demand("a", 1), Duration.ofMillis(-1), 0))
                .hasMessageContaining("a@1");
        assertThatThrownBy(() -> withKeepAlive(demand("a", 1), Duration.ZERO, -1))
                .hasMessageContaining("minWarm -1");
    }
}
