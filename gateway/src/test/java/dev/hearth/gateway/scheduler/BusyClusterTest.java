package dev.hearth.gateway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.scheduler.BusyCluster.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the benchmark measures is the cluster that it claims to measure. */
final class BusyClusterTest {
    private static final int TURNS = 2_000;

    @ParameterizedTest
    @CsvSource({
        "EMPTY, fcfs, 0",
        "HALF, balanced, 0",
        "LOPSIDED, balanced, 0",
        "LABELS, locality, 0",
        "ONE, random, 100000",
        "SKEWED, fcfs, 100000"
    })
    void staysAsFullAsItWasAndPlacesACallEachTurn(Shape shape, String policy, int queued) {
        BusyCluster cluster = new BusyCluster(shape, policy);
        assertThat(cluster.queued()).isEqualTo(queued);
        assertThat(cluster.scheduler().plan().cluster().size()).isEqualTo(1_000);
        assertThat(placedIn(cluster)).isEqualTo(TURNS);
        assertThat(cluster.queued()).isEqualTo(queued);
        cluster.check();
    }

    private static long placedIn(BusyCluster cluster) {
        long before = cluster.placed();
        for (int i = 0; i < TURNS; i++) {
            cluster.turn();
        }
        return cluster.placed() - before;
    }

    @Test
    void parksOnSlotsAndOnMemory() {
        BusyCluster cluster = new BusyCluster(Shape.PARKED, "fcfs");
        assertThat(cluster.queued()).isEqualTo(100_000);
        Plan plan = cluster.scheduler().plan();
        int shortOfSlots = 0;
        for (int i = 0; i < plan.cluster().size(); i++) {
            shortOfSlots += plan.cluster().node(i).freeSlots() == 0 ? 1 : 0;
        }
        assertThat(shortOfSlots).isBetween(400, 600);
        assertThat(plan.waiting().parking().classes()).isEqualTo(56);
        assertThat(placedIn(cluster)).isBetween(TURNS * 8L / 10, TURNS * 12L / 10);
        cluster.check();
    }
}
