package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.scheduler.VirtualCluster.Start;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals and lost nodes, on a virtual clock. */
final class SchedulerFaultsSimulationTest {
    private static final Demand SMALL = demand(100, 10);

    private static VirtualCluster cluster(String policy, NodeView... nodes) {
        return new VirtualCluster(SchedulerLimits.DEFAULT, policy, nodes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void aNodeThatRefusesForALongTimeIsAskedOncePerBackOff(String policy) {
        VirtualCluster cluster = cluster(policy, node("a", room(10, 10_000, 1_000)));
        cluster.authority(start -> start.time() >= 10_000);
        for (int call = 0; call < 50; call++) {
            cluster.submitAt(0, ticket(call, 1, SMALL), 100);
        }
        cluster.runUntil(9_999);
        assertThat(cluster.starts()).isEmpty();
        assertThat(cluster.refusals()).isBetween(20, 10 * 10_000 / 200 + 10);
        cluster.runUntil(20_000);
        assertThat(cluster.starts().stream().map(Start::call)).isSorted().hasSize(50);
    }

    @Test
    void theSecondOfTwoImagesThatDoNotFitTogetherStartsWhenTheFirstCanBeEvicted() {
        VirtualCluster cluster = cluster("fcfs", node("a", room(10, 10_000, 1_000)));
        cluster.authority(start -> start.call() != 1 || cluster.scheduler().inFlight("a") == 1);
        cluster.submitAt(0, ticket(0, 1, SMALL), 1_050);
        cluster.submitAt(1, ticket(1, 2, SMALL), 100);
        cluster.runUntil(5_000);
        assertThat(cluster.start(1)).isEqualTo(new Start(1_050, 1, "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void eachCallEndsOnceWhenANodeIsLostAndComesBack(String policy) {
        NodeView a = node("a", room(10, 10_000, 1_000));
        VirtualCluster cluster = cluster(policy, a, node("b", room(10, 10_000, 1_000)));
        for (int call = 0; call < 100; call++) {
            cluster.submitAt(call * 10L, ticket(call, call % 3, SMALL), 500);
        }
        cluster.loseAt(700, "a");
        cluster.nodeAt(1_000, a);
        cluster.runUntil(30_000);
        assertThat(cluster.ends()).hasSize(100);
        assertThat(cluster.ends().values()).contains("lost", "done on a", "done on b");
        assertThat(cluster.scheduler().plan().calls()).isZero();
        assertThat(cluster.scheduler().inFlight("a") + cluster.scheduler().inFlight("b"))
                .isZero();
    }
}
