package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.id;
import static dev.hearth.gateway.scheduler.Sample.labelled;
import static dev.hearth.gateway.scheduler.Sample.needing;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Gpus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Labels and graphics processors that calls require of nodes. */
final class RequiresTest {
    private static final Demand SMALL = demand(100, 10);
    private static final Demand IN_A = needing(SMALL, Gpus.NONE, "zone=a");
    private static final Demand FAST_IN_A = needing(SMALL, Gpus.NONE, "fast=yes", "zone=a");
    private final Scheduler scheduler = new Scheduler(SchedulerLimits.DEFAULT, PlacementPolicy.named("fcfs", 1));

    private void join(NodeView view) {
        scheduler.node(view, 0);
    }

    private List<Decision> submit(int call, int revision, Demand demand) {
        return scheduler.submit(ticket(call, revision, demand), 0).decisions();
    }

    private static Decision place(int call, String node) {
        return new Decision.Place(id(call), node, Preference.ROOM);
    }

    @Test
    void aCallWaitsForANodeWithTheLabelsAndHoldsUpNobody() {
        join(node("a", room(2, 1_000, 100)));
        assertThat(submit(0, 1, IN_A)).isEmpty();
        assertThat(submit(1, 2, SMALL)).containsExactly(place(1, "a"));
        assertThat(scheduler.node(labelled(node("b", room(2, 1_000, 100)), "zone=b"), 1))
                .isEmpty();
        assertThat(scheduler.node(labelled(node("c", room(2, 1_000, 100)), "disk=slow", "zone=a"), 2))
                .containsExactly(place(0, "c"));
    }

    @Test
    void aNodeThatGetsTheLabelWakesTheCall() {
        NodeView view = node("a", room(2, 1_000, 100));
        join(view);
        submit(0, 1, IN_A);
        assertThat(scheduler.node(labelled(view, "zone=a"), 1)).containsExactly(place(0, "a"));
        submit(1, 1, IN_A);
        assertThat(scheduler.inFlight("a")).isEqualTo(2);
        assertThat(scheduler.node(view, 2)).isEmpty();
        scheduler.ended(id(0), "a", Finish.keeping(1), 3);
        assertThat(submit(2, 1, IN_A)).as("it has the label no more").isEmpty();
    }

    @Test
    void aReservationIsMadeOnlyWhereTheLabelsAre() {
        join(node("a", room(2, 1_000, 100)));
        join(labelled(node("b", room(2, 1_000, 100)), "zone=a"));
        submit(0, 1, needing(demand(1_000, 10), Gpus.NONE, "zone=a"));
        submit(1, 2, needing(demand(900, 10), Gpus.NONE, "zone=a"));
        scheduler.tick(2_500);
        assertThat(scheduler.reservedNode()).contains("b");
    }

    @Test
    void noReservationIsMadeForACallThatNoNodeHasTheLabelsFor() {
        join(node("a", room(1, 1_000, 100)));
        submit(0, 1, IN_A);
        scheduler.tick(5_000);
        assertThat(scheduler.reservedNode()).isEmpty();
    }

    @Test
    void graphicsProcessorsAreTakenAsLongAsTheCallRuns() {
        join(node("a", room(9, 9_000, 900, 3)));
        Demand two = needing(SMALL, Gpus.of(2));
        assertThat(submit(0, 1, two)).containsExactly(place(0, "a"));
        assertThat(submit(1, 1, two)).isEmpty();
        assertThat(submit(2, 2, needing(SMALL, Gpus.of(1)))).containsExactly(place(2, "a"));
        assertThat(scheduler.ended(id(0), "a", Finish.losing(1), 1)).containsExactly(place(1, "a"));
    }

    @Test
    void allMeansAllOfANodeThatHasAny() {
        join(node("a", room(9, 9_000, 900)));
        Demand all = needing(SMALL, Gpus.ALL);
        assertThat(submit(0, 1, all)).isEmpty();
        assertThat(scheduler.node(node("b", room(9, 9_000, 900, 2)), 1)).containsExactly(place(0, "b"));
        assertThat(submit(1, 2, needing(SMALL, Gpus.of(1)))).isEmpty();
        assertThat(scheduler.ended(id(0), "b", Finish.losing(1), 2)).containsExactly(place(1, "b"));
        assertThat(submit(2, 1, all)).isEmpty();
    }

    @Test
    void saysWhatNoNodeHas() {
        assertThat(scheduler.lacking(SMALL)).isEqualTo("no node is there");
        join(labelled(node("a", room(1, 1_000, 100)), "zone=a"));
        NodeView fast = labelled(node("b", room(1, 1_000, 100)), "fast=yes", "zone=b");
        join(fast);
        assertThat(scheduler.lacking(SMALL)).isEmpty();
        assertThat(scheduler.lacking(IN_A)).isEmpty();
        assertThat(scheduler.lacking(needing(SMALL, Gpus.NONE, "gpu=true")))
                .isEqualTo("no node has the label gpu=true, as the function requires");
        assertThat(scheduler.lacking(needing(SMALL, Gpus.NONE, "gpu=true", "zone=c")))
                .isEqualTo("no node has the labels gpu=true, zone=c, as the function requires");
        assertThat(scheduler.lacking(FAST_IN_A))
                .isEqualTo("no node has all the labels fast=yes, zone=a together, as the function requires");
        join(Sample.ready(fast, false));
        assertThat(scheduler.lacking(needing(SMALL, Gpus.NONE, "fast=yes")))
                .isEqualTo("no node with fast=yes takes calls now (GET /v1/nodes says why)");
    }

    @Test
    void fewIndexesStayOfManyDifferentNeeds() {
        join(node("a", room(1, 1_000, 100)));
        for (int call = 0; call < 200; call++) {
            submit(call, call, needing(SMALL, Gpus.NONE, "zone=z" + call));
        }
        assertThat(scheduler.plan().grounds().all()).hasSize(201);
        for (int call = 0; call < 200; call++) {
            scheduler.cancel(id(call), 1);
        }
        assertThat(scheduler.plan().grounds().all()).hasSize(33);
    }
}
