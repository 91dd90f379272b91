package dev.hearth.gateway.scheduler;

import dev.hearth.common.id.RevisionId;
import org.jspecify.annotations.Nullable;

/**
 * The queued calls of one revision in order of arrival, and how many are in flight.
 *
 * <p>A list linked through the calls: append, removal from the middle (expiry, cancel) and the return of a refused call
 * to its place near the head need no search.
 */
final class RevisionQueue {
    private final RevisionId id;
    private final FunctionQueue function;
    private final Demand demand;
    final long memory;
    final long scratch;
    /** The nodes as its needs show them. */
    final Ground ground;

    private @Nullable Call head;
    private @Nullable Call tail;
    private int inFlight;

    /** The class in which the head waits for room; null when the queue is empty or at its own cap. */
    @Nullable
    DemandClass parkedIn;

    /** Arrival of the head when it was parked: the key in the class's order. */
    long parkedArrival;

    /** Its place in the class's order. */
    int parkedAt;

    RevisionQueue(RevisionId id, FunctionQueue function, Demand demand, Ground ground) {
        this.id = id;
        this.function = function;
        this.demand = demand;
        this.ground = ground;
        memory = demand.memory().value();
        scratch = demand.scratch().value();
    }

    RevisionId id() {
        return id;
    }

    FunctionQueue function() {
        return function;
    }

    Demand demand() {
        return demand;
    }

    @Nullable
    Call head() {
        return head;
    }

    int inFlight() {
        return inFlight;
    }

    boolean unused() {
        return head == null && inFlight == 0;
    }

    /** Whether its containers run several calls at once. */
    boolean shares() {
        return demand.concurrency() > 1;
    }

    /** Whether it has as many calls in flight as the containers that it may have take. */
    boolean capped() {
        return inFlight >= demand.mostCalls();
    }

    void started() {
        inFlight++;
    }

    void left() {
        inFlight--;
    }

    void insert(Call call) {
        Call before = tail;
        if (before != null && before.arrival > call.arrival) {
            before = lastBefore(call.arrival);
        }
        Call after = before == null ? head : before.younger;
        call.older = before;
        call.younger = after;
        link(before, after, call, call);
    }

    void remove(Call call) {
        link(call.older, call.younger, call.younger, call.older);
        call.older = null;
        call.younger = null;
    }

    private void link(@Nullable Call before, @Nullable Call after, @Nullable Call next, @Nullable Call previous) {
        if (before == null) {
            head = next;
        } else {
            before.younger = next;
        }
        if (after == null) {
            tail = previous;
        } else {
            after.older = previous;
        }
    }

    /** One that comes back belongs near the head, one that was kept elsewhere for a while near the tail. */
    private @Nullable Call lastBefore(long arrival) {
        Call before = null;
        Call fromHead = head;
        Call fromTail = tail;
        while (fromHead != null && fromHead.arrival < arrival) {
            if (fromTail != null && fromTail.arrival < arrival) {
                return fromTail;
            }
            before = fromHead;
            fromHead = fromHead.younger;
            fromTail = fromTail == null ? null : fromTail.older;
        }
        return before;
    }

    int countBefore(long arrival) {
        int count = 0;
        for (Call call = head; call != null && call.arrival < arrival; call = call.younger) {
            count++;
        }
        return count;
    }
}
