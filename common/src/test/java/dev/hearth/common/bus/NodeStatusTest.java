package dev.hearth.common.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.NodeStatus.Gauge;
import org.junit.jupiter.api.Test;

final class NodeStatusTest {
    @Test
    void aGaugeKnowsWhatIsFree() {
        assertThat(new Gauge(10, 4).free()).isEqualTo(6);
    }

    @Test
    void everyDaemonHasAnAddressOfItsOwn() {
        assertThat(BusAddress.invoker("a"))
                .isNotEqualTo(BusAddress.gateway("a"))
                .isNotEqualTo(BusAddress.invoker("b"));
    }
}
