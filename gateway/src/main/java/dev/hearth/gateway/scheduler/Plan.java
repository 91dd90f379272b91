package dev.hearth.gateway.scheduler;

import dev.hearth.common.id.InvocationId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits, who runs where, and the step that places whatever can be placed.
 *
 * <p>Calls of a revision with concurrency share containers, so that one more may fit where a container of its own would
 * not: such a revision counts as freed whenever one of its calls came or went, or a node on which it shares got room.
 *
 * <p>Between two inputs nothing that waits fits anywhere. So only what an input changed can make a call fit: a node with
 * more room ({@code opened}), or a revision that may go to nodes it could not go to before ({@code freed}: below its cap
 * again, or no longer refused). {@link #settle} looks at these alone and places the oldest call that fits until none
 * does, which gives the same decisions as passes over the whole queue in order of arrival. Room only shrinks meanwhile,
 * so what has been looked at in vain is not looked at again; the one exception, a reservation that ends, opens its node.
 */
final class Plan {
    private final PlacementPolicy policy;
    private final Order order;
    private final Grounds grounds = new Grounds();
    private final Cluster cluster = new Cluster(grounds);
    private final Waiting waiting = new Waiting(grounds);
    private final Bars bars = new Bars();
    private final Map<InvocationId, Call> calls = new HashMap<>();
    private final Set<Node> opened = new LinkedHashSet<>();
    private final Set<RevisionQueue> freed = new LinkedHashSet<>();
    private @Nullable Reservation reservation;

    /**
     * A node kept for the head of a revision.
     *
     * @param call the call that was out of patience
     * @param node the node
     */
    record Reservation(Call call, Node node) {}

    Plan(PlacementPolicy policy, Order order) {
        this.policy = policy;
        this.order = order;
    }

    Cluster cluster() {
        return cluster;
    }

    Waiting waiting() {
        return waiting;
    }

    Grounds grounds() {
        return grounds;
    }

    Bars bars() {
        return bars;
    }

    @Nullable
    Call call(InvocationId id) {
        return calls.get(id);
    }

    int calls() {
        return calls.size();
    }

    Optional<Reservation> reservation() {
        return Optional.ofNullable(reservation);
    }

    /** Places a call that just arrived, if no older one of its revision waits and it fits. */
    boolean place(Call call, List<Decision> decisions) {
        RevisionQueue revision = call.revision;
        int number = revision.head() == null && !revision.capped() ? choose(revision) : Candidates.NONE;
        if (number == Candidates.NONE) {
            return false;
        }
        calls.put(call.ticket.id(), call);
        start(call, cluster.node(number), decisions);
        return true;
    }

    void enqueue(Call call) {
        calls.put(call.ticket.id(), call);
        waiting.add(call);
    }

    /** Takes a call out of the queue for good. */
    void dequeue(Call call) {
        calls.remove(call.ticket.id());
        waiting.remove(call);
        if (reservation != null && reservation.call() == call) {
            release(reservation);
        }
    }

    /** Ends a call's stay on its node. */
    void finish(Call call, Node node, boolean kept) {
        calls.remove(call.ticket.id());
        leave(call, node, kept);
        waiting.file(call.revision);
        change(node);
    }

    /** Puts a call that the node refused back in its place. */
    void giveBack(Call call, Node node, long barredUntil) {
        leave(call, node, false);
        bars.add(call.revision.id(), node, barredUntil);
        waiting.add(call);
        opened.add(node);
        freed.add(call.revision);
    }

    private void leave(Call call, Node node, boolean kept) {
        if (call.revision.capped() || call.revision.shares()) {
            freed.add(call.revision);
        }
        cluster.leave(node, call, kept);
        call.revision.left();
    }

    /** Forgets a node and gives back the calls that were in flight there. */
    List<Ticket> lose(Node node) {
        List<Call> lost = node.calls();
        for (Call call : lost) {
            calls.remove(call.ticket.id());
            leave(call, node, false);
            waiting.file(call.revision);
        }
        bars.clear(node);
        opened.remove(node);
        cluster.remove(node);
        if (reservation != null && reservation.node() == node) {
            node.reserved = null;
            reservation = null;
        }
        return lost.stream().map(call -> call.ticket).toList();
    }

    /** Lets a node be offered everything again. */
    void change(Node node) {
        bars.clear(node);
        opened.add(node);
    }

    void open(Node node) {
        opened.add(node);
    }

    void free(RevisionQueue revision) {
        freed.add(revision);
    }

    /** Ends the reservation if its node cannot come to hold the call any more. */
    void checkReservation() {
        if (reservation != null
                && !reservation.node().canHold(reservation.call().ticket.demand())) {
            release(reservation);
        }
    }

    /** Reserves a node for the oldest parked call that arrived by then and that some node can hold. */
    void reserve(long arrivedBy) {
        if (reservation != null) {
            return;
        }
        for (RevisionQueue revision : waiting.parking().oldest()) {
            Call head = revision.head();
            boolean impatient = head != null && head.since <= arrivedBy;
            Optional<Node> node = impatient ? cluster.soonest(revision.demand()) : Optional.empty();
            if (head != null && node.isPresent()) {
                node.get().reserved = revision.demand();
                cluster.refresh(node.get());
                reservation = new Reservation(head, node.get());
                return;
            }
        }
    }

    private void release(Reservation ended) {
        ended.node().reserved = null;
        reservation = null;
        cluster.refresh(ended.node());
        opened.add(ended.node());
    }

    /** Places the oldest call that fits until none does. */
    void settle(List<Decision> decisions) {
        RevisionQueue next = oldestThatFits();
        while (next != null) {
            Call head = next.head();
            int number = choose(next);
            if (head == null || number == Candidates.NONE) {
                throw new IllegalStateException("revision " + next.id() + " fits nowhere after all");
            }
            start(head, cluster.node(number), decisions);
            waiting.remove(head);
            if (reservation != null && reservation.call().revision == next) {
                release(reservation);
            }
            next = oldestThatFits();
        }
    }

    private @Nullable RevisionQueue oldestThatFits() {
        RevisionQueue best = null;
        for (Iterator<Node> nodes = opened.iterator(); nodes.hasNext(); ) {
            Node node = nodes.next();
            if (reservation != null && reservation.node() == node) {
                freed.add(reservation.call().revision);
            }
            freed.addAll(node.sharing());
            RevisionQueue oldest = waiting.parking().oldestFor(node, cluster, bars);
            if (oldest == null) {
                nodes.remove();
            } else {
                best = older(best, oldest);
            }
        }
        for (Iterator<RevisionQueue> revisions = freed.iterator(); revisions.hasNext(); ) {
            RevisionQueue revision = revisions.next();
            if (revision.parkedIn == null || !fits(revision)) {
                revisions.remove();
            } else {
                best = older(best, revision);
            }
        }
        return best;
    }

    private static RevisionQueue older(@Nullable RevisionQueue one, RevisionQueue other) {
        return one == null || other.parkedArrival < one.parkedArrival ? other : one;
    }

    private boolean fits(RevisionQueue revision) {
        return asEntitled(revision, () -> new Fits(cluster, bars, revision).next(Preference.ROOM, 0))
                != Candidates.NONE;
    }

    private int choose(RevisionQueue revision) {
        return asEntitled(revision, () -> policy.choose(new Fits(cluster, bars, revision)));
    }

    /** Looks with the eyes of the revision: the room that is reserved for it is free to it alone. */
    private int asEntitled(RevisionQueue revision, IntSupplier look) {
        if (reservation == null || reservation.call().revision != revision) {
            return look.getAsInt();
        }
        cluster.unreserved(reservation.node());
        int number = look.getAsInt();
        cluster.refresh(reservation.node());
        return number;
    }

    private void start(Call call, Node node, List<Decision> decisions) {
        call.revision.started();
        order.began(call.arrival);
        if (call.revision.shares()) {
            freed.add(call.revision);
        }
        Preference preference = cluster.start(node, call);
        if (node.freeSlots() < 0 || node.freeMemory() < 0 || node.freeScratch() < 0 || !node.open()) {
            throw new IllegalStateException("call " + call + " was placed on " + node + ", which has no room for it");
        }
        decisions.add(new Decision.Place(call.ticket.id(), node.id(), preference));
    }
}
