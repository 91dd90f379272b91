package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.FunctionName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces that compete for a node with ten slots, on a virtual clock; each call runs for a second. */
final class FairShareSimulationTest {
    private static final Demand DEMAND = demand(100, 10);
    private static final long NEVER = Long.MAX_VALUE / 4;
    private final TreeMap<Integer, String> namespaces = new TreeMap<>();
    private int calls;

    private static SchedulerLimits limits(boolean fair) {
        return new SchedulerLimits(10_000, 10_000, Duration.ofSeconds(60), Duration.ofMillis(200), fair);
    }

    private static VirtualCluster cluster(boolean fair, String policy) {
        return new VirtualCluster(limits(fair), policy, node("a", room(10, 10_000, 10_000)));
    }

    private void submit(VirtualCluster cluster, long time, String namespace, int revision, int count) {
        for (int i = 0; i < count; i++) {
            int call = calls++;
            namespaces.put(call, namespace);
            Ticket ticket = new Ticket(
                    Sample.id(call),
                    new FunctionName(namespace, "f" + revision),
                    Sample.revision(revision),
                    DEMAND,
                    NEVER);
            cluster.submitAt(time, ticket, 1_000);
        }
    }

    /** Starts by namespace until then. */
    private Map<String, Long> starts(VirtualCluster cluster, long until) {
        TreeMap<String, Long> starts = new TreeMap<>();
        cluster.starts().stream()
                .filter(start -> start.time() <= until)
                .forEach(start -> starts.merge(namespaces.getOrDefault(start.call(), ""), 1L, Long::sum));
        return starts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void aFloodOfOneNamespaceDoesNotHoldUpAnother(String policy) {
        VirtualCluster cluster = cluster(true, policy);
        submit(cluster, 0, "flood", 1, 500);
        submit(cluster, 5_500, "small", 2, 20);

        cluster.runUntil(9_500);

        assertThat(starts(cluster, 9_500)).containsEntry("small", 20L);
        assertThat(starts(cluster, 7_500)).containsEntry("small", 10L).containsEntry("flood", 70L);
    }

    @Test
    void withoutItTheSmallOneWaitsForAllThatCameBefore() {
        VirtualCluster cluster = cluster(false, "fcfs");
        submit(cluster, 0, "flood", 1, 500);
        submit(cluster, 5_500, "small", 2, 20);

        cluster.runUntil(49_500);

        assertThat(starts(cluster, 49_500)).doesNotContainKey("small");
    }

    @Test
    void manyFunctionsBuyNoLargerShare() {
        VirtualCluster cluster = cluster(true, "fcfs");
        for (int revision = 1; revision <= 9; revision++) {
            submit(cluster, 0, "many", revision, 50);
        }
        submit(cluster, 0, "one", 10, 200);

        cluster.runUntil(20_500);

        Map<String, Long> starts = starts(cluster, 20_500);
        // What was placed before the second namespace had come is not taken back.
        assertThat(starts.getOrDefault("one", 0L)).isBetween(95L, 105L);
        assertThat(starts.getOrDefault("many", 0L)).isBetween(105L, 115L);
    }

    @Test
    void whoWasIdleSavesNothingUp() {
        VirtualCluster cluster = cluster(true, "fcfs");
        submit(cluster, 0, "busy", 1, 400);
        submit(cluster, 20_500, "late", 2, 200);

        cluster.runUntil(30_600);

        long before = starts(cluster, 20_500).getOrDefault("busy", 0L);
        assertThat(starts(cluster, 30_600).getOrDefault("late", 0L)).isEqualTo(50);
        assertThat(starts(cluster, 30_600).getOrDefault("busy", 0L) - before).isEqualTo(50);
    }

    @Test
    void withinANamespaceFirstComeFirstServed() {
        VirtualCluster cluster = cluster(true, "fcfs");
        submit(cluster, 0, "a", 1, 15);
        submit(cluster, 10, "a", 2, 15);
        submit(cluster, 20, "a", 1, 15);

        cluster.runUntil(10_000);

        List<Integer> order =
                cluster.starts().stream().map(VirtualCluster.Start::call).toList();
        assertThat(order).isSorted().hasSize(45);
    }

    @Test
    void aRefusedCallKeepsItsPlace() {
        VirtualCluster cluster = cluster(true, "fcfs");
        cluster.authority(start -> start.call() != 3 || start.time() > 2_100);
        submit(cluster, 0, "a", 1, 40);

        cluster.runUntil(10_000);

        assertThat(cluster.starts()).hasSize(40);
        assertThat(cluster.start(3).time()).isBetween(2_100L, 3_000L);
    }

    @Test
    void namespacesWithNothingToComeAreForgotten() {
        FairShare share = new FairShare();
        for (int i = 0; i < 5_000; i++) {
            Ticket ticket = new Ticket(Sample.id(i), new FunctionName("n" + i, "f"), Sample.revision(1), DEMAND, NEVER);
            share.began(share.placeOf(ticket, 0, 0) + (1L << 25));
        }

        assertThat(share.known()).isLessThan(1_100);
    }
}
