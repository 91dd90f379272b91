package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large call in a stream of small ones, on a virtual clock. */
final class SchedulerPatienceSimulationTest {
    private static final Demand SMALL = demand(100, 10);
    private static final Demand LARGE = demand(900, 10);

    /** Small calls of 1 s, staggered so that a node with room for ten of them never has room for the large one. */
    private static VirtualCluster streamOfSmallCalls(String policy, NodeView... nodes) {
        VirtualCluster cluster = new VirtualCluster(SchedulerLimits.DEFAULT, policy, nodes);
        int calls = 200 * nodes.length;
        for (int call = 0; call < calls; call++) {
            cluster.submitAt(call * 100L / nodes.length, ticket(call + 1, 1, SMALL), 1_000);
        }
        return cluster;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void aLargeCallIsNotStarvedByAStreamOfSmallOnes(String policy) {
        VirtualCluster cluster =
                streamOfSmallCalls(policy, node("a", room(20, 1_000, 1_000)), node("b", room(20, 1_000, 1_000)));
        cluster.submitAt(3_050, ticket(0, 2, LARGE), 1_000);
        cluster.runUntil(60_000);
        assertThat(cluster.start(0).time()).isBetween(5_050L, 6_100L);
        assertThat(cluster.ends()).hasSize(401);
    }

    @Test
    void withoutPatienceTheStreamWouldStarveIt() {
        VirtualCluster cluster = streamOfSmallCalls("fcfs", node("a", room(20, 1_000, 1_000)));
        cluster.submitAt(3_050, ticket(0, 2, LARGE), 1_000);
        cluster.runUntil(4_900);
        assertThat(cluster.scheduler().reservedNode()).isEmpty();
        assertThat(cluster.scheduler().position(Sample.id(0))).hasValue(0);
        cluster.runUntil(5_200);
        assertThat(cluster.scheduler().reservedNode()).contains("a");
    }

    @Test
    void theOtherNodesServeTheSmallCallsMeanwhile() {
        VirtualCluster cluster =
                streamOfSmallCalls("fcfs", node("a", room(20, 1_000, 1_000)), node("b", room(20, 1_000, 1_000)));
        cluster.submitAt(3_050, ticket(0, 2, LARGE), 1_000);
        cluster.runUntil(60_000);
        long startedWhileReserved = cluster.starts().stream()
                .filter(start ->
                        start.time() > 5_100 && start.time() < cluster.start(0).time())
                .count();
        assertThat(startedWhileReserved).isPositive();
    }

    @Test
    void theReservedNodeOpensAgainWhenTheCallLeavesTheQueue() {
        VirtualCluster cluster = streamOfSmallCalls("fcfs", node("a", room(20, 1_000, 1_000)));
        cluster.submitAt(3_050, ticket(0, 2, LARGE, 5_500), 1_000);
        cluster.runUntil(60_000);
        assertThat(cluster.ends()).containsEntry(0, "expired").hasSize(201);
        assertThat(cluster.scheduler().reservedNode()).isEmpty();
    }
}
