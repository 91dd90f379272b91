package dev.hearth.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.cluster.Nodes.Change;
import dev.hearth.gateway.registry.Capacity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodesTest {
    private final Nodes nodes = new Nodes(5_000);

    private static NodeStatus status(String node, long epoch, long sequence, long memory) {
        Gauge none = new Gauge(10, 0);
        return new NodeStatus(
                node,
                epoch,
                sequence,
                true,
                "",
                2,
                none,
                new Gauge(memory, 0),
                none,
                none,
                5,
                Map.of(),
                Map.of(),
                Map.of(),
                List.of());
    }

    @Test
    void tellNewsFromWhatIsOld() {
        assertThat(nodes.heard(status("a", 1, 1, 10), 0)).isEqualTo(Change.NEWS);
        assertThat(nodes.heard(status("a", 1, 3, 10), 0)).isEqualTo(Change.NEWS);
        assertThat(nodes.heard(status("a", 1, 2, 99), 0)).isEqualTo(Change.NONE);
        assertThat(nodes.heard(status("a", 1, 3, 99), 0)).isEqualTo(Change.NONE);

        assertThat(nodes.find("a").orElseThrow().status().memory().capacity()).isEqualTo(10);
    }

    @Test
    void noticeANewLifeAndDropTheOldOne() {
        nodes.heard(status("a", 1, 50, 10), 0);

        assertThat(nodes.heard(status("a", 2, 1, 10), 0)).isEqualTo(Change.REBORN);
        assertThat(nodes.heard(status("a", 1, 51, 10), 0)).isEqualTo(Change.NONE);
        assertThat(nodes.heard(status("a", 2, 2, 10), 0)).isEqualTo(Change.NEWS);
    }

    @Test
    void loseWhoIsSilentForTooLongAndTakeItBackAsNew() {
        nodes.heard(status("a", 7, 1, 10), 0);
        nodes.heard(status("b", 7, 1, 10), 4_000);

        assertThat(nodes.lost(5_000)).isEmpty();
        assertThat(nodes.lost(5_001)).containsExactly("a");
        assertThat(nodes.lost(5_002)).isEmpty();
        assertThat(nodes.all()).hasSize(1);
        assertThat(nodes.heard(status("a", 3, 1, 10), 6_000))
                .as("its clock went back")
                .isEqualTo(Change.NEWS);
    }

    @Test
    void measureTheLargestOfEachKindOverAllThatAreThere() {
        assertThat(nodes.largest()).isEmpty();
        nodes.heard(status("a", 1, 1, 10), 0);
        nodes.heard(status("b", 1, 1, 30), 1_000);
        assertThat(nodes.largest())
                .contains(new Capacity.Largest(new Bytes(30), new Bytes(10), new Bytes(10), new Bytes(5)));

        nodes.heard(status("a", 1, 2, 10), 6_000);
        nodes.lost(6_001);

        assertThat(nodes.largest())
                .contains(new Capacity.Largest(new Bytes(10), new Bytes(10), new Bytes(10), new Bytes(5)));
    }
}
