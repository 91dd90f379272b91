package dev.hearth.gateway.scheduler;

import dev.hearth.common.id.InvocationId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Carries the scheduler's decisions out on a virtual clock: a placed call ends after its run time, if not refused. */
final class VirtualCluster {
    static final long TICK = 100;
    private final Scheduler scheduler;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final Map<Integer, Long> runMillis = new HashMap<>();
    private final List<Start> starts = new ArrayList<>();
    private final TreeMap<Integer, String> ends = new TreeMap<>();
    private Predicate<Start> authority = start -> true;
    private long now;
    private long order;
    private int refusals;

    /** The start of a call on a node. */
    record Start(long time, int call, String node) {}

    private record Event(long time, long order, Runnable action) {}

    VirtualCluster(SchedulerLimits limits, String policy, NodeView... nodes) {
        scheduler = new Scheduler(limits, PlacementPolicy.named(policy, 7));
        for (NodeView node : nodes) {
            apply(scheduler.node(node, 0));
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** The nodes' own word on a placement; false: refused. */
    void authority(Predicate<Start> accepts) {
        authority = accepts;
    }

    void submitAt(long time, Ticket ticket, long millis) {
        runMillis.put(Sample.number(ticket.id()), millis);
        at(time, () -> apply(scheduler.submit(ticket, now).decisions()));
    }

    void at(long time, Runnable action) {
        events.add(new Event(time, order++, action));
    }

    void loseAt(long time, String node) {
        at(time, () -> {
            NodeLoss loss = scheduler.nodeLost(node, now);
            loss.running().forEach(ticket -> end(Sample.number(ticket.id()), "lost"));
            apply(loss.decisions());
        });
    }

    void nodeAt(long time, NodeView view) {
        at(time, () -> apply(scheduler.node(view, now)));
    }

    /** Runs until the time given, with a tick each {@value #TICK} ms. */
    void runUntil(long end) {
        for (long time = now + TICK; time <= end; time += TICK) {
            at(time, () -> apply(scheduler.tick(now)));
        }
        while (!events.isEmpty() && events.peek().time() <= end) {
            Event event = events.remove();
            now = event.time();
            event.action().run();
        }
        now = end;
    }

    private void apply(List<Decision> decisions) {
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.Expire(InvocationId id) -> end(Sample.number(id), "expired");
                case Decision.Place(InvocationId id, String node, Preference preference) ->
                    arrive(new Start(now, Sample.number(id), node));
            }
        }
    }

    private void arrive(Start start) {
        InvocationId id = Sample.id(start.call());
        if (!authority.test(start)) {
            refusals++;
            at(now, () -> apply(scheduler.refused(id, start.node(), now)));
            return;
        }
        starts.add(start);
        long millis = runMillis.getOrDefault(start.call(), 0L);
        at(now + millis, () -> {
            if (scheduler.placeOf(id).filter(start.node()::equals).isPresent()) {
                end(start.call(), "done on " + start.node());
            }
            apply(scheduler.ended(id, start.node(), Finish.keeping(millis), now));
        });
    }

    private void end(int call, String how) {
        String earlier = ends.put(call, how);
        if (earlier != null) {
            throw new AssertionError("call " + call + " ended twice: " + earlier + ", " + how);
        }
    }

    List<Start> starts() {
        return starts;
    }

    Start start(int call) {
        return starts.stream().filter(start -> start.call() == call).findFirst().orElseThrow();
    }

    long started(long time) {
        return starts.stream().filter(start -> start.time() == time).count();
    }

    Map<Integer, String> ends() {
        return ends;
    }

    int refusals() {
        return refusals;
    }
}
