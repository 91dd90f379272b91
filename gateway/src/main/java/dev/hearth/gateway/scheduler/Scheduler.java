package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The head node's scheduler: a state machine that is told what happened and answers what is to be done.
 *
 * <p>First come, first served: after each input the oldest call that fits is placed, again and again until none fits. A
 * call that does not fit blocks nobody but its own revision's later calls, which need the same. A call fits on a node
 * with a free slot, enough memory, scratch and graphics processors that no call in flight takes, and the labels that it
 * requires, if the node did not just refuse its revision and the revision has fewer calls in flight than it may have
 * containers. When a call has waited beyond patience for room, one node is reserved for it at the next tick: others go there
 * only if they fit beside it.
 *
 * <p>With fair share it is not the oldest call that comes first but the one whose namespace's turn it is ({@link FairShare}).
 *
 * <p>{@code now} is in milliseconds of a monotonic clock; a time before the last one counts as the last one. Every input
 * that carries it first expires the calls whose deadline is over. One caller at a time.
 */
public final class Scheduler {
    private final SchedulerLimits limits;
    private final Order order;
    private final Plan plan;
    private final MeanRun meanRun = new MeanRun();
    private long clock = Long.MIN_VALUE;

    public Scheduler(SchedulerLimits limits, PlacementPolicy policy) {
        this.limits = limits;
        order = limits.fairShare() ? new FairShare() : new Arrivals();
        plan = new Plan(policy, order);
    }

    /**
     * A call arrives.
     *
     * @throws IllegalArgumentException when the call is held already, or differs in demand from others of its revision
     */
    public Submission submit(Ticket ticket, long now) {
        return submit(ticket, now, Math.max(clock, now));
    }

    /**
     * A call that arrived before it is handed in, as one that was kept elsewhere until there was room for it here.
     *
     * @param arrivedAt its place in the order of arrival, in milliseconds of the same clock; one before the first call that
     *     the scheduler heard of is possible; with fair share it counts for nothing
     * @throws IllegalArgumentException when the call is held already, or differs in demand from others of its revision
     */
    public Submission submit(Ticket ticket, long now, long arrivedAt) {
        List<Decision> decisions = begin(now);
        plan.settle(decisions);
        if (plan.call(ticket.id()) != null) {
            throw new IllegalArgumentException("call " + ticket.id() + " is queued or in flight already");
        }
        if (ticket.deadline() < clock) {
            decisions.add(new Decision.Expire(ticket.id()));
            return new Submission.Accepted(decisions);
        }
        Call call = new Call(ticket, plan.waiting().revisionOf(ticket), order.placeOf(ticket, arrivedAt, clock), clock);
        if (plan.place(call, decisions)) {
            return new Submission.Accepted(decisions);
        }
        return enqueue(call, decisions);
    }

    private Submission enqueue(Call call, List<Decision> decisions) {
        Waiting waiting = plan.waiting();
        int ofFunction = call.revision.function().queued;
        if (waiting.length() < limits.queue() && ofFunction < limits.queuePerFunction()) {
            plan.enqueue(call);
            return new Submission.Accepted(decisions);
        }
        waiting.file(call.revision);
        boolean all = waiting.length() >= limits.queue();
        return new Submission.Rejected(
                all ? Submission.Bound.QUEUE : Submission.Bound.FUNCTION,
                all ? waiting.length() : ofFunction,
                meanRun.millis(),
                plan.cluster().slots(),
                decisions);
    }

    /** The outcome of a call came from the node; one that the plan does not have there is ignored. */
    public List<Decision> ended(InvocationId id, String nodeId, Finish finish, long now) {
        List<Decision> decisions = begin(now);
        Node node = plan.cluster().node(nodeId);
        Call call = inFlight(id, node);
        if (call != null && node != null) {
            finish.runMillis().ifPresent(meanRun::add);
            plan.finish(call, node, finish.kept());
        }
        return settled(decisions);
    }

    /**
     * The node had no room for a call that was placed on it: the call is queued again where it was. Its revision is not
     * offered to that node until something changes there or the back-off has passed.
     */
    public List<Decision> refused(InvocationId id, String nodeId, long now) {
        List<Decision> decisions = begin(now);
        Node node = plan.cluster().node(nodeId);
        Call call = inFlight(id, node);
        if (call != null && node != null) {
            plan.giveBack(call, node, clock + limits.refusalBackoff().toMillis());
            expire(decisions);
        }
        return settled(decisions);
    }

    private @Nullable Call inFlight(InvocationId id, @Nullable Node node) {
        Call call = plan.call(id);
        return call != null && node != null && call.node == node ? call : null;
    }

    /** A caller has lost interest in a call. */
    public Cancellation cancel(InvocationId id, long now) {
        List<Decision> decisions = begin(now);
        Call call = plan.call(id);
        Node node = call == null ? null : call.node;
        if (call != null && node == null) {
            plan.dequeue(call);
        }
        settled(decisions);
        if (call == null) {
            return new Cancellation.Unknown(decisions);
        }
        return node == null ? new Cancellation.Removed(decisions) : new Cancellation.Running(node.id(), decisions);
    }

    /** A node told what it has: a new one joins, a known one is brought up to date. Older news must not come later. */
    public List<Decision> node(NodeView view, long now) {
        List<Decision> decisions = begin(now);
        Node known = plan.cluster().node(view.id());
        if (known == null) {
            plan.open(plan.cluster().join(view));
        } else {
            boolean same = known.view().sameRoom(view);
            plan.cluster().update(known, view);
            plan.checkReservation();
            if (!same) {
                plan.change(known);
            }
        }
        return settled(decisions);
    }

    /** A node is gone with all that ran there; it may join again with its next view, as a new one. */
    public NodeLoss nodeLost(String nodeId, long now) {
        List<Decision> decisions = begin(now);
        Node node = plan.cluster().node(nodeId);
        List<Ticket> running = node == null ? List.of() : plan.lose(node);
        return new NodeLoss(running, settled(decisions));
    }

    /** Time passes: deadlines, back-offs and patience. To be called a few times in the shorter of the latter two. */
    public List<Decision> tick(long now) {
        List<Decision> decisions = begin(now);
        plan.bars().expire(clock).stream().map(plan.waiting()::revision).forEach(revision -> {
            if (revision != null) {
                plan.free(revision);
            }
        });
        plan.settle(decisions);
        plan.reserve(clock - limits.patience().toMillis());
        return decisions;
    }

    private List<Decision> begin(long now) {
        clock = Math.max(clock, now);
        List<Decision> decisions = new ArrayList<>();
        expire(decisions);
        return decisions;
    }

    private void expire(List<Decision> decisions) {
        for (Call call = plan.waiting().overdue(clock);
                call != null;
                call = plan.waiting().overdue(clock)) {
            plan.dequeue(call);
            decisions.add(new Decision.Expire(call.ticket.id()));
        }
    }

    private List<Decision> settled(List<Decision> decisions) {
        plan.settle(decisions);
        return decisions;
    }

    /** Calls in the queue. */
    public int queued() {
        return plan.waiting().length();
    }

    /** Calls of the function in the queue. */
    public int queued(FunctionName function) {
        return plan.waiting().length(function);
    }

    /** How long the oldest queued call has waited, in milliseconds; 0 when none waits. Looks at each waiting revision. */
    public long oldestAge(long now) {
        long time = Math.max(clock, now);
        return time - plan.waiting().oldestSince(time);
    }

    /** Mean run time of recent calls, 0 before the first. */
    public long meanRunMillis() {
        return meanRun.millis();
    }

    /** Slots of all ready nodes. */
    public long slots() {
        return plan.cluster().slots();
    }

    /** How many queued calls came before this one; empty when it is not queued. Walks the queue: for status pages. */
    public OptionalInt position(InvocationId id) {
        Call call = plan.call(id);
        return call == null || call.node != null
                ? OptionalInt.empty()
                : OptionalInt.of(plan.waiting().countBefore(call));
    }

    /** The node on which the call is in flight. */
    public Optional<String> placeOf(InvocationId id) {
        Call call = plan.call(id);
        return Optional.ofNullable(call == null ? null : call.node).map(Node::id);
    }

    /**
     * What no node has that calls of the demand need, as a sentence; empty when a node has it and takes calls, so that they
     * wait for nothing but room.
     */
    public String lacking(Demand demand) {
        return plan.grounds().lack(demand.needs());
    }

    /** Calls planned on the node; 0 for one that is not there. */
    public int inFlight(String nodeId) {
        Node node = plan.cluster().node(nodeId);
        return node == null ? 0 : node.inFlight();
    }

    /** The node that is reserved for a call out of patience. */
    public Optional<String> reservedNode() {
        return plan.reservation().map(reservation -> reservation.node().id());
    }

    Plan plan() {
        return plan;
    }
}
