package dev.hearth.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.cluster.Nodes.Change;
import dev.hearth.gateway.registry.Capacity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodesTest {
    private final Nodes nodes = new Nodes(5_000, node -> false);

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
                List.of(),
                NodeLabels.NONE,
                new Gauge(0, 0),
                "");
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

        nodes.lost(3_000);
        assertThat(nodes.lost(5_000)).isEmpty();
        assertThat(nodes.lost(5_001)).containsExactly("a");
        assertThat(nodes.lost(5_002)).isEmpty();
        assertThat(nodes.all()).hasSize(1);
        assertThat(nodes.heard(status("a", 3, 1, 10), 6_000))
                .as("its clock went back")
                .isEqualTo(Change.NEWS);
    }

    @Test
    void countTheLostAndMissThemUntilTheyAreBackOrDrained() {
        Set<String> drained = new HashSet<>();
        Nodes some = new Nodes(5_000, drained::contains);
        some.heard(status("a", 7, 1, 10), 0);
        some.heard(status("b", 7, 1, 10), 0);
        some.lost(3_000);
        some.lost(5_001);
        assertThat(some.losses()).isEqualTo(2);
        assertThat(some.missed()).isEqualTo(2);

        some.cleared("a", 7);
        some.heard(status("a", 7, 2, 10), 6_000);
        assertThat(some.missed()).isEqualTo(1);
        assertThat(some.count(NodeStatus::ready)).isEqualTo(1);
        drained.add("b");
        assertThat(some.missed()).as("who was drained may go").isZero();
        assertThat(some.losses()).isEqualTo(2);
    }

    @Test
    void aNewLifeCountsAlthoughItsClockWentBack() {
        nodes.heard(status("a", 70_000, 50, 10), 0);

        assertThat(nodes.heard(status("a", 10_000, 1, 10), 1)).isEqualTo(Change.REBORN);
        assertThat(nodes.heard(status("a", 70_000, 51, 10), 2)).as("late").isEqualTo(Change.NONE);
        assertThat(nodes.heard(status("a", 10_000, 2, 10), 3)).isEqualTo(Change.NEWS);
    }

    @Test
    void whoWasGivenUpMustEndItsCallsBeforeItCounts() {
        nodes.heard(status("a", 7, 1, 10), 0);
        nodes.lost(2_000);
        nodes.lost(4_000);
        assertThat(nodes.lost(5_001)).containsExactly("a");

        assertThat(nodes.heard(status("a", 7, 2, 10), 6_000)).isEqualTo(Change.GIVEN_UP);
        assertThat(nodes.all()).isEmpty();
        nodes.cleared("a", 6);
        assertThat(nodes.heard(status("a", 7, 3, 10), 6_100))
                .as("of another life")
                .isEqualTo(Change.GIVEN_UP);
        nodes.cleared("a", 7);
        assertThat(nodes.heard(status("a", 7, 4, 10), 6_200)).isEqualTo(Change.NEWS);
    }

    @Test
    void whoHearsNothingIsLostHoweverMuchItSays() {
        nodes.heard(status("a", 7, 1, 10), 0);
        nodes.echoed(new BeatEcho("a", 7, 1_000, List.of()), 1_010);
        for (int sequence = 2; sequence < 12; sequence++) {
            long now = sequence * 500L;
            nodes.heard(status("a", 7, sequence, 10), now);
            assertThat(nodes.lost(now)).isEmpty();
        }
        nodes.heard(status("a", 7, 12, 10), 6_000);

        assertThat(nodes.lost(6_000)).isEmpty();
        assertThat(nodes.lost(6_001)).containsExactly("a");
    }

    @Test
    void anEchoThatWasHeldUpDoesNotLoseANodeThatWasTakenBack() {
        nodes.heard(status("a", 7, 1, 10), 0);
        nodes.lost(2_000);
        nodes.lost(4_000);
        assertThat(nodes.lost(5_001)).containsExactly("a");
        nodes.cleared("a", 7);
        nodes.heard(status("a", 7, 2, 10), 7_000);

        nodes.echoed(new BeatEcho("a", 7, 1_000, List.of()), 7_010);

        assertThat(nodes.lost(7_500)).isEmpty();
    }

    @Test
    void anEchoOfAnotherLifeOrFromTheFutureCountsForNothing() {
        nodes.heard(status("a", 7, 1, 10), 0);
        nodes.echoed(new BeatEcho("a", 6, 2_000, List.of()), 2_000);
        nodes.echoed(new BeatEcho("a", 7, 9_000, List.of()), 2_000);
        nodes.lost(2_600);

        assertThat(nodes.lost(5_001)).containsExactly("a");
    }

    @Test
    void whoJudgesMustHaveBeenAwake() {
        nodes.heard(status("a", 7, 1, 10), 0);
        nodes.lost(1_000);

        assertThat(nodes.lost(600_000)).as("the machine stood still").isEmpty();
        assertThat(nodes.lost(602_000)).isEmpty();
        assertThat(nodes.lost(604_001)).containsExactly("a");
    }

    @Test
    void measureTheLargestOfEachKindOverAllThatAreThere() {
        assertThat(nodes.largest(NodeLabels.NONE)).isEmpty();
        nodes.heard(status("a", 1, 1, 10), 0);
        nodes.heard(status("b", 1, 1, 30), 1_000);
        assertThat(nodes.largest(NodeLabels.NONE))
                .contains(new Capacity.Largest(new Bytes(30), new Bytes(10), new Bytes(10), new Bytes(5), 0));

        nodes.lost(4_000);
        nodes.heard(status("a", 1, 2, 10), 6_000);
        nodes.lost(6_001);

        assertThat(nodes.largest(NodeLabels.NONE))
                .contains(new Capacity.Largest(new Bytes(10), new Bytes(10), new Bytes(10), new Bytes(5), 0));
    }
}
