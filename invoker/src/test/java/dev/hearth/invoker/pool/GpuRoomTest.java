package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.withGpus;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphics processors as a budget of the node. */
class GpuRoomTest {
    private static final Bytes PLENTY = Bytes.ofGiB(64);
    private final Demand plain = demand("plain", 256);
    private final Demand one = withGpus(demand("one", 128), 1);
    private final Demand two = withGpus(demand("two", 128), 2);

    private static PoolDriver driver(String policy, int gpus) {
        PoolLimits limits = limits(PLENTY, PLENTY, 20, 4, EvictionPolicy.named(policy), List.of());
        return new PoolDriver(withGpus(limits, gpus));
    }

    @Test
    void aContainerReservesThemForItsLifeAndARefusalNamesTheNumbers() {
        PoolDriver driver = driver("lru", 2);
        driver.busy(one);
        ContainerId second = driver.busy(one);
        assertThat(driver.pool.snapshot().gpus()).isEqualTo(new PoolSnapshot.Use(2, 2));
        assertThat(driver.lease(7, one).refused()).contains("one@1", "1 gpus", "2 gpus");
        driver.released(second);
        assertThat(driver.lease(8, one).granted().container()).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lru", "ram"})
    void onlyContainersThatHoldSomeGoWhenTheyAreShort(String policy) {
        PoolDriver driver = driver(policy, 2);
        driver.idle(plain);
        ContainerId holder = driver.idle(one);
        driver.lease(8, two);
        assertThat(driver.removals()).containsExactly(holder);
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.EVICTED_GPUS);
        assertThat(driver.count(ContainerState.IDLE)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lru", "ram"})
    void evenOneOfMinWarmGoesBeforeOneWithoutAny(String policy) {
        PoolDriver driver = driver(policy, 1);
        driver.idle(plain);
        ContainerId kept = driver.idle(withGpus(withKeepAlive(demand("kept", 128), Duration.ofMinutes(1), 1), 1));
        driver.lease(8, one);
        assertThat(driver.removals()).containsExactly(kept);
    }

    @Test
    void aNodeWithoutAnyRefuses() {
        assertThat(driver("lru", 0).lease(1, one).refused()).contains("1 gpus");
    }
}
