package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.scheduler.VirtualCluster.Start;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of equal calls on small clusters, on a virtual clock. */
final class SchedulerBatchesSimulationTest {
    private static final Demand SMALL = demand(100, 10);
    private static final long RUN = 1_000;

    private static VirtualCluster cluster(String policy, NodeView... nodes) {
        return new VirtualCluster(SchedulerLimits.DEFAULT, policy, nodes);
    }

    private static void submit(VirtualCluster cluster, int calls, Demand demand) {
        IntStream.range(0, calls).forEach(call -> cluster.submitAt(10, ticket(call, 1, demand), RUN));
        cluster.runUntil(60_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void twentyCallsOnTenSlotsStartInTwoBatches(String policy) {
        VirtualCluster cluster = cluster(policy, node("a", room(10, 10_000, 1_000)));
        submit(cluster, 20, SMALL);
        assertThat(cluster.starts())
                .containsExactlyElementsOf(IntStream.range(0, 20)
                        .mapToObj(call -> new Start(call < 10 ? 10 : 10 + RUN, call, "a"))
                        .toList());
        assertThat(cluster.ends()).hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void memoryForFourMakesBatchesOfFour(String policy) {
        VirtualCluster cluster = cluster(policy, node("a", room(10, 499, 1_000)));
        submit(cluster, 10, SMALL);
        assertThat(cluster.started(10)).isEqualTo(4);
        assertThat(cluster.started(10 + RUN)).isEqualTo(4);
        assertThat(cluster.started(10 + 2 * RUN)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void scratchForThreeMakesBatchesOfThree(String policy) {
        VirtualCluster cluster = cluster(policy, node("a", room(10, 10_000, 30)));
        submit(cluster, 7, SMALL);
        assertThat(cluster.started(10)).isEqualTo(3);
        assertThat(cluster.started(10 + RUN)).isEqualTo(3);
        assertThat(cluster.started(10 + 2 * RUN)).isEqualTo(1);
    }

    @Test
    void thirtyFourCallsFillTwoNodesInTurnWithoutGaps() {
        VirtualCluster cluster =
                cluster("fcfs", node("a", room(10, 10_000, 1_000)), node("b", room(10, 10_000, 1_000)));
        submit(cluster, 34, SMALL);
        assertThat(cluster.starts())
                .containsExactlyElementsOf(IntStream.range(0, 34)
                        .mapToObj(call -> new Start(call < 20 ? 10 : 10 + RUN, call, call / 10 % 2 == 0 ? "a" : "b"))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "balanced", "locality"})
    void thirtyFourCallsStartInBatchesOfTwentyByAnyPolicy(String policy) {
        VirtualCluster cluster =
                cluster(policy, node("a", room(10, 10_000, 1_000)), node("b", room(10, 10_000, 1_000)));
        submit(cluster, 34, SMALL);
        assertThat(cluster.starts().stream().map(Start::call)).isSorted();
        assertThat(cluster.started(10)).isEqualTo(20);
        assertThat(cluster.started(10 + RUN)).isEqualTo(14);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void aCallThatFitsNowhereBlocksNobodyAndStartsAsSoonAsItFits(String policy) {
        VirtualCluster cluster = cluster(policy, node("a", room(10, 1_000, 1_000)));
        cluster.submitAt(10, ticket(0, 1, SMALL), RUN);
        cluster.submitAt(11, ticket(1, 2, demand(1_000, 10)), RUN);
        cluster.submitAt(12, ticket(2, 1, SMALL), 500);
        cluster.runUntil(60_000);
        assertThat(cluster.starts())
                .containsExactly(new Start(10, 0, "a"), new Start(12, 2, "a"), new Start(10 + RUN, 1, "a"));
    }
}
