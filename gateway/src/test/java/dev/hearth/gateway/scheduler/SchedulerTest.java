package dev.hearth.gateway.scheduler;

import static dev.hearth.gateway.scheduler.Sample.NEVER;
import static dev.hearth.gateway.scheduler.Sample.capped;
import static dev.hearth.gateway.scheduler.Sample.demand;
import static dev.hearth.gateway.scheduler.Sample.id;
import static dev.hearth.gateway.scheduler.Sample.node;
import static dev.hearth.gateway.scheduler.Sample.revision;
import static dev.hearth.gateway.scheduler.Sample.room;
import static dev.hearth.gateway.scheduler.Sample.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The scheduler's rules, one by one. */
final class SchedulerTest {
    private static final Demand SMALL = demand(100, 10);
    private static final Demand LARGE = demand(1_000, 10);
    private final Scheduler scheduler = new Scheduler(SchedulerLimits.DEFAULT, PlacementPolicy.named("fcfs", 0));

    private void join(NodeView... views) {
        for (NodeView view : views) {
            scheduler.node(view, 0);
        }
    }

    private List<Decision> submit(int call, int revision, Demand demand) {
        return scheduler.submit(ticket(call, revision, demand), 0).decisions();
    }

    private static Decision place(int call, String node, Preference preference) {
        return new Decision.Place(id(call), node, preference);
    }

    private static Decision place(int call, String node) {
        return place(call, node, Preference.ROOM);
    }

    @Test
    void prefersIdleThenStemThenImageThenRoom() {
        join(
                node("a", room(1, 1_000, 100)),
                Sample.offering(node("b", room(1, 1_000, 100)), Map.of(), Map.of(), Set.of("python")),
                Sample.offering(node("c", room(1, 1_000, 100)), Map.of(), Map.of("python3", 1), Set.of()),
                Sample.offering(node("d", room(1, 1_000, 100)), Map.of(revision(1), 1), Map.of(), Set.of()));
        assertThat(submit(0, 1, SMALL)).containsExactly(place(0, "d", Preference.IDLE));
        assertThat(submit(1, 1, SMALL)).containsExactly(place(1, "c", Preference.STEM));
        assertThat(submit(2, 1, SMALL)).containsExactly(place(2, "b", Preference.IMAGE));
        assertThat(submit(3, 1, SMALL)).containsExactly(place(3, "a", Preference.ROOM));
    }

    @Test
    void placesThoseThatArrivedBeforeTheyWereHandedInWhereTheyBelong() {
        submit(0, 1, SMALL);
        scheduler.submit(ticket(1, 1, SMALL), 50);
        scheduler.submit(ticket(2, 2, SMALL), 60);
        scheduler.submit(ticket(3, 1, SMALL), 70, 55);
        scheduler.submit(ticket(4, 2, SMALL), 70, 10);
        scheduler.submit(ticket(5, 1, SMALL), 70, 10);
        scheduler.submit(ticket(6, 1, SMALL), 70, 500);
        assertThat(scheduler.node(node("a", room(9, 9_000, 900)), 80))
                .containsExactly(
                        place(0, "a"),
                        place(4, "a"),
                        place(5, "a"),
                        place(1, "a"),
                        place(3, "a"),
                        place(2, "a"),
                        place(6, "a"));
    }

    @Test
    void countsAnIdleContainerOnlyOnceUntilTheNodeReportsAgain() {
        NodeView warm = Sample.offering(node("b", room(4, 1_000, 100)), Map.of(revision(1), 1), Map.of(), Set.of());
        join(node("a", room(4, 1_000, 100)), warm);
        assertThat(submit(0, 1, SMALL)).containsExactly(place(0, "b", Preference.IDLE));
        assertThat(submit(1, 1, SMALL)).containsExactly(place(1, "a"));
        scheduler.node(warm, 1);
        assertThat(submit(2, 1, SMALL)).containsExactly(place(2, "b", Preference.IDLE));
    }

    @Test
    void returnsToTheContainerThatACallJustLeft() {
        join(node("a", room(1, 1_000, 100)), node("b", room(4, 1_000, 100)));
        submit(0, 9, SMALL);
        submit(1, 1, SMALL);
        scheduler.ended(id(1), "b", Finish.keeping(5), 1);
        scheduler.ended(id(0), "a", Finish.losing(5), 1);
        assertThat(submit(2, 1, SMALL)).containsExactly(place(2, "b", Preference.IDLE));
    }

    @Test
    void takesFirstNodeInOrderOfIdsWhateverTheOrderOfJoining() {
        join(node("b", room(1, 1_000, 100)), node("a", room(1, 1_000, 100)), node("c", room(1, 1_000, 100)));
        assertThat(submit(0, 1, SMALL)).containsExactly(place(0, "a"));
        assertThat(submit(1, 1, SMALL)).containsExactly(place(1, "b"));
        assertThat(submit(2, 1, SMALL)).containsExactly(place(2, "c"));
    }

    @Test
    void leavesOutWhatTheNodeSaysIsUnavailable() {
        NodeView view = node("a", room(4, 200, 100));
        join(Sample.unavailable(view, room(0, 150, 0)));
        assertThat(submit(0, 1, SMALL)).isEmpty();
        assertThat(scheduler.node(view, 1)).containsExactly(place(0, "a"));
    }

    @Test
    void aRevisionAtItsCapWaitsForItselfAlone() {
        join(node("a", room(10, 10_000, 1_000)));
        Demand two = capped(SMALL, 2);
        submit(0, 1, two);
        submit(1, 1, two);
        assertThat(submit(2, 1, two)).isEmpty();
        assertThat(submit(3, 2, SMALL)).containsExactly(place(3, "a"));
        assertThat(scheduler.ended(id(3), "a", Finish.losing(5), 1)).isEmpty();
        assertThat(scheduler.ended(id(0), "a", Finish.keeping(5), 1)).containsExactly(place(2, "a", Preference.IDLE));
    }

    @Test
    void aCappedCallGetsNoReservation() {
        join(node("a", room(10, 10_000, 1_000)));
        submit(0, 1, capped(SMALL, 1));
        submit(1, 1, capped(SMALL, 1));
        scheduler.tick(10_000);
        assertThat(scheduler.reservedNode()).isEmpty();
    }

    @Test
    void aRefusedCallKeepsItsPlaceAndIsNotOfferedToTheNodeAgainAtOnce() {
        join(node("a", room(1, 1_000, 100)));
        submit(0, 1, SMALL);
        submit(1, 1, SMALL);
        assertThat(scheduler.refused(id(0), "a", 10)).isEmpty();
        assertThat(scheduler.position(id(0))).hasValue(0);
        assertThat(scheduler.position(id(1))).hasValue(1);
        assertThat(scheduler.tick(209)).isEmpty();
        assertThat(scheduler.tick(210)).containsExactly(place(0, "a"));
    }

    @Test
    void aRefusedCallGoesToAnotherNodeThatHasRoom() {
        join(node("a", room(1, 1_000, 100)), node("b", room(1, 1_000, 100)));
        submit(0, 1, SMALL);
        assertThat(scheduler.refused(id(0), "a", 10)).containsExactly(place(0, "b"));
    }

    @Test
    void anEndOnTheNodeLetsARefusedCallBeOfferedAgain() {
        join(node("a", room(3, 1_000, 100)));
        submit(0, 1, SMALL);
        submit(1, 2, SMALL);
        assertThat(scheduler.refused(id(1), "a", 1)).isEmpty();
        assertThat(scheduler.ended(id(0), "a", Finish.keeping(5), 2)).containsExactly(place(1, "a"));
    }

    @Test
    void aViewLetsARefusedCallBeOfferedAgainOnlyWhenItShowsAChangeInRoom() {
        NodeView view = node("a", room(3, 1_000, 100));
        join(view);
        submit(0, 1, SMALL);
        scheduler.refused(id(0), "a", 1);
        assertThat(scheduler.node(view, 2)).isEmpty();
        assertThat(scheduler.node(Sample.used(view, room(1, 0, 0)), 3)).containsExactly(place(0, "a"));
    }

    @Test
    void aRefusalDoesNotKeepOtherRevisionsFromTheNode() {
        join(node("a", room(1, 1_000, 100)));
        submit(0, 1, SMALL);
        submit(1, 2, SMALL);
        assertThat(scheduler.refused(id(0), "a", 1)).containsExactly(place(1, "a"));
    }

    @Test
    void expiresACallAfterItsDeadlineBeforeAnythingElse() {
        join(node("a", room(1, 1_000, 100)));
        submit(0, 1, SMALL);
        scheduler.submit(ticket(1, 1, SMALL, 50), 0);
        assertThat(scheduler.tick(50)).isEmpty();
        assertThat(scheduler.ended(id(0), "a", Finish.keeping(5), 51)).containsExactly(new Decision.Expire(id(1)));
    }

    @Test
    void aRefusedCallBeyondItsDeadlineExpires() {
        join(node("a", room(1, 1_000, 100)));
        scheduler.submit(ticket(0, 1, SMALL, 50), 0);
        assertThat(scheduler.refused(id(0), "a", 51)).containsExactly(new Decision.Expire(id(0)));
    }

    @Test
    void cancelTakesAQueuedCallOutAndPointsToTheNodeOfARunningOne() {
        join(node("a", room(1, 1_000, 100)));
        submit(0, 1, SMALL);
        submit(1, 1, SMALL);
        assertThat(scheduler.cancel(id(0), 1)).isEqualTo(new Cancellation.Running("a", List.of()));
        assertThat(scheduler.cancel(id(1), 1)).isEqualTo(new Cancellation.Removed(List.of()));
        assertThat(scheduler.cancel(id(1), 1)).isEqualTo(new Cancellation.Unknown(List.of()));
        assertThat(scheduler.queued()).isZero();
    }

    @Test
    void namesTheCallsThatRanOnALostNodeAndIgnoresTheirLateOutcome() {
        join(node("a", room(2, 1_000, 100)), node("b", room(1, 1_000, 100)));
        for (int call = 0; call < 4; call++) {
            submit(call, 1, SMALL);
        }
        NodeLoss loss = scheduler.nodeLost("a", 5);
        assertThat(loss.running()).containsExactly(ticket(0, 1, SMALL), ticket(1, 1, SMALL));
        assertThat(loss.decisions()).isEmpty();
        assertThat(scheduler.ended(id(0), "a", Finish.keeping(5), 6)).isEmpty();
        assertThat(scheduler.ended(id(2), "b", Finish.keeping(5), 7)).containsExactly(place(3, "b", Preference.IDLE));
        assertThat(scheduler.nodeLost("a", 8).running()).isEmpty();
    }

    @Test
    void theLossOfANodeFreesARevisionAtItsCap() {
        join(node("a", room(1, 1_000, 100)), node("b", room(1, 1_000, 100)));
        submit(0, 1, capped(SMALL, 1));
        submit(1, 1, capped(SMALL, 1));
        assertThat(scheduler.nodeLost("a", 1).decisions()).containsExactly(place(1, "b"));
    }

    @Test
    void aDrainingNodeGetsNothingMoreButMayEndWhatItHas() {
        NodeView view = node("a", room(2, 1_000, 100));
        join(view);
        submit(0, 1, SMALL);
        assertThat(scheduler.node(Sample.ready(view, false), 0)).isEmpty();
        assertThat(submit(1, 1, SMALL)).isEmpty();
        assertThat(scheduler.node(Sample.ready(Sample.used(view, room(1, 0, 0)), false), 1))
                .isEmpty();
        assertThat(scheduler.ended(id(0), "a", Finish.keeping(5), 2)).isEmpty();
        assertThat(scheduler.node(view, 4)).containsExactly(place(1, "a"));
    }

    @Test
    void aNodeThatIsNotReadyGetsNothing() {
        NodeView view = node("a", room(2, 1_000, 100));
        join(Sample.ready(view, false));
        assertThat(submit(0, 1, SMALL)).isEmpty();
        assertThat(scheduler.node(view, 1)).containsExactly(place(0, "a"));
    }

    @Test
    void reservesTheNodeWhereTheLeastMustEndFirst() {
        join(node("a", room(9, 1_000, 900)), node("b", room(9, 1_099, 900)), node("c", room(9, 999, 900)));
        submit(0, 1, demand(800, 10));
        submit(1, 2, demand(400, 10));
        submit(2, 3, demand(700, 10));
        assertThat(submit(3, 4, LARGE)).isEmpty();
        scheduler.tick(1_999);
        assertThat(scheduler.reservedNode()).isEmpty();
        scheduler.tick(2_000);
        assertThat(scheduler.placeOf(id(1))).contains("b");
        assertThat(scheduler.reservedNode()).contains("b");
        assertThat(scheduler.submit(ticket(4, 5, SMALL), 2_001).decisions()).containsExactly(place(4, "a"));
        assertThat(scheduler.ended(id(1), "b", Finish.keeping(5), 2_002)).containsExactly(place(3, "b"));
        assertThat(scheduler.reservedNode()).isEmpty();
    }

    @Test
    void reservesNothingForACallThatNoNodeCanHold() {
        join(node("a", room(1, 500, 100)));
        submit(0, 1, SMALL);
        submit(1, 2, LARGE);
        submit(2, 3, SMALL);
        scheduler.tick(3_000);
        assertThat(scheduler.ended(id(0), "a", Finish.keeping(5), 3_001)).containsExactly(place(2, "a"));
    }

    @Test
    void aReservedNodeTakesCallsThatFitBesideTheReservation() {
        join(node("a", room(9, 1_000, 100)));
        submit(0, 1, demand(800, 10));
        scheduler.refused(id(0), "a", 1_950);
        scheduler.tick(2_000);
        assertThat(scheduler.reservedNode()).contains("a");
        assertThat(scheduler.submit(ticket(1, 2, demand(300, 10)), 2_001).decisions())
                .isEmpty();
        assertThat(scheduler.submit(ticket(2, 3, demand(200, 10)), 2_001).decisions())
                .containsExactly(place(2, "a"));
        assertThat(scheduler.tick(2_150)).containsExactly(place(0, "a"));
    }

    @Test
    void rejectsACallThatMustWaitWhenTheQueueIsFullButPlacesOneThatFits() {
        SchedulerLimits limits = new SchedulerLimits(2, 2, Duration.ofSeconds(2), Duration.ofMillis(200));
        Scheduler small = new Scheduler(limits, PlacementPolicy.named("fcfs", 0));
        small.node(node("a", room(4, 500, 100)), 0);
        small.submit(ticket(9, 9, SMALL), 0);
        small.ended(id(9), "a", Finish.losing(3_000), 0);
        small.submit(ticket(0, 1, LARGE), 0);
        small.submit(ticket(1, 2, LARGE), 0);
        Submission rejected = small.submit(ticket(2, 3, LARGE), 0);
        assertThat(rejected).isEqualTo(new Submission.Rejected(Submission.Bound.QUEUE, 2, 3_000, 4, List.of()));
        assertThat(((Submission.Rejected) rejected).retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(small.submit(ticket(3, 4, SMALL), 0).decisions()).containsExactly(place(3, "a"));
    }

    @Test
    void boundsTheQueueOfAFunctionOverItsRevisions() {
        SchedulerLimits limits = new SchedulerLimits(9, 2, Duration.ofSeconds(2), Duration.ofMillis(200));
        Scheduler small = new Scheduler(limits, PlacementPolicy.named("fcfs", 0));
        for (int call = 0; call < 2; call++) {
            small.submit(new Ticket(id(call), Sample.function(1), revision(call), SMALL, NEVER), 0);
        }
        Submission third = small.submit(new Ticket(id(2), Sample.function(1), revision(2), SMALL, NEVER), 0);
        assertThat(third).isEqualTo(new Submission.Rejected(Submission.Bound.FUNCTION, 2, 0, 0, List.of()));
        assertThat(small.submit(ticket(3, 2, SMALL), 0)).isInstanceOf(Submission.Accepted.class);
        assertThat(small.queued(Sample.function(1))).isEqualTo(2);
    }

    @Test
    void tellsTheFiguresOfTheQueue() {
        join(node("a", room(1, 1_000, 100)));
        submit(0, 1, SMALL);
        assertThat(scheduler.oldestAge(5)).isZero();
        scheduler.submit(ticket(1, 1, SMALL), 10);
        scheduler.submit(ticket(2, 2, SMALL), 20);
        assertThat(scheduler.queued()).isEqualTo(2);
        assertThat(scheduler.queued(Sample.function(2))).isEqualTo(1);
        assertThat(scheduler.oldestAge(30)).isEqualTo(20);
        assertThat(scheduler.position(id(2))).hasValue(1);
        assertThat(scheduler.position(id(0))).isEmpty();
        assertThat(scheduler.placeOf(id(0))).contains("a");
        assertThat(scheduler.inFlight("a")).isEqualTo(1);
    }

    @Test
    void refusesACallItHoldsAlready() {
        submit(0, 1, SMALL);
        assertThatThrownBy(() -> submit(0, 1, SMALL)).hasMessageContaining("already");
    }

    @Test
    void refusesAnotherDemandForTheSameRevision() {
        submit(0, 1, SMALL);
        assertThatThrownBy(() -> submit(1, 1, LARGE)).hasMessageContaining("differs in demand");
    }
}
