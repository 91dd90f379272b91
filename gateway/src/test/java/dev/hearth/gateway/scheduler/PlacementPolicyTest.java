package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.function.Gpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each policy makes of the same candidates. */
final class PlacementPolicyTest {
    private static List<String> placesOf(PlacementPolicy policy, int calls, NodeView... nodes) {
        Scheduler scheduler = new Scheduler(SchedulerLimits.DEFAULT, policy);
        List<String> places = new ArrayList<>();
        for (NodeView node : nodes) {
            scheduler.node(node, 0);
        }
        for (int call = 0; call < calls; call++) {
            scheduler.submit(ticket(call, 1, demand(10, 1)), 0);
            places.add(scheduler.placeOf(Sample.id(call)).orElse("queue"));
        }
        return places;
    }

    private static PlacementPolicy policy(String name, long seed) {
        return PlacementPolicy.named(name, seed);
    }

    @Test
    void fcfsFillsNodesInOrder() {
        assertThat(placesOf(policy("fcfs", 1), 5, node("a", room(2, 90, 90)), node("b", room(2, 90, 90))))
                .containsExactly("a", "a", "b", "b", "queue");
    }

    @Test
    void balancedKeepsSharesOfSlotsEqual() {
        assertThat(placesOf(policy("balanced", 1), 6, node("a", room(2, 90, 90)), node("b", room(4, 90, 90))))
                .containsExactly("a", "b", "b", "a", "b", "b");
    }

    @Test
    void balancedPutsAnIdleContainerBeforeTheBalanceButNotAnImage() {
        NodeView busyButWarm =
                Sample.offering(node("a", room(4, 90, 90)), Map.of(Sample.revision(1), 2), Map.of(), Set.of("python"));
        assertThat(placesOf(policy("balanced", 1), 4, busyButWarm, node("b", room(4, 90, 90))))
                .containsExactly("a", "a", "b", "b");
    }

    @Test
    void randomChoosesTheSameForTheSameSeedAndSpreads() {
        NodeView[] nodes = new NodeView[5];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = node("n" + i, room(40, 900, 90));
        }
        List<String> places = placesOf(policy("random", 3), 40, nodes);
        assertThat(places).isEqualTo(placesOf(policy("random", 3), 40, nodes));
        assertThat(places).isNotEqualTo(placesOf(policy("random", 4), 40, nodes));
        assertThat(Set.copyOf(places)).hasSize(5);
    }

    @Test
    void localitySpreadsOverTheNodesThatSuitEquallyWell() {
        assertThat(placesOf(policy("locality", 1), 6, node("a", room(2, 90, 90)), node("b", room(4, 90, 90))))
                .containsExactly("a", "b", "b", "a", "b", "b");
    }

    @Test
    void localityFillsTheNodesWithTheImageBeforeItHasItFetchedElsewhere() {
        NodeView without = node("a", room(4, 90, 90));
        NodeView with = Sample.offering(node("b", room(2, 90, 90)), Map.of(), Map.of(), Set.of("python"));
        assertThat(placesOf(policy("locality", 1), 4, without, with)).containsExactly("b", "b", "a", "a");
        assertThat(placesOf(policy("balanced", 1), 4, without, with)).containsExactly("b", "a", "a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fcfs", "random", "balanced", "locality"})
    void noPolicyLeavesTheNodesThatHaveWhatTheCallRequires(String policy) {
        Scheduler scheduler = new Scheduler(SchedulerLimits.DEFAULT, policy(policy, 1));
        scheduler.node(node("a", room(9, 90, 90)), 0);
        scheduler.node(Sample.labelled(node("b", room(2, 90, 90, 1)), "zone=x"), 0);
        scheduler.node(Sample.labelled(node("c", room(2, 90, 90)), "zone=x"), 0);
        Demand inZone = Sample.needing(demand(10, 1), Gpus.NONE, "zone=x");
        for (int call = 0; call < 5; call++) {
            scheduler.submit(ticket(call, 1, inZone), 0);
        }
        scheduler.submit(ticket(5, 2, Sample.needing(demand(10, 1), Gpus.ALL)), 0);
        assertThat(scheduler.inFlight("a")).isZero();
        assertThat(scheduler.inFlight("b")).isEqualTo(2);
        assertThat(scheduler.inFlight("c")).isEqualTo(2);
        assertThat(scheduler.queued()).isEqualTo(2);
    }

    @Test
    void refusesAnUnknownNameWithTheKnownOnes() {
        assertThatThrownBy(() -> policy("best", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'best' is not a placement policy: use one of fcfs, random, balanced, locality");
    }

    @Test
    void knowsEachNameItLists() {
        assertThat(PlacementPolicy.NAMES)
                .allSatisfy(name -> assertThat(policy(name, 1)).isNotNull());
    }
}
