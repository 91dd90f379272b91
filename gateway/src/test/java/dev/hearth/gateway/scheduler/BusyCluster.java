package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A scheduler with a thousand nodes and a fixed number of calls, of which each turn ends one and brings in another.
 *
 * <p>The one that comes in is of the revision of the one that ended last, so that the mix of calls stays what it was.
 * A node keeps the containers that it began with: a call that found one idle leaves it idle. A millisecond passes every
 * 200 turns; with it one node reports, so that each does once a second, and every tenth of a second comes a tick.
 */
final class BusyCluster {
    static final int NODES = 1_000;
    static final int QUEUED = 100_000;
    private static final int SLOTS = 32;
    private static final int TURNS_A_MILLI = 200;
    private static final int TICK_MILLIS = 100;
    private static final int STEMS = 2;
    private static final int ZONES = 4;
    private static final int SETTLING = 100_000;
    private static final long QUEUE_MILLIS = 60_000;
    private static final long ID_LEAP = 1 << 16;
    private static final int[] MEMORY_MIB = {128, 192, 256, 384, 512, 768, 1024, 2048};
    private static final int[] SCRATCH_MIB = {32, 64, 96, 128, 192, 256, 512};
    private static final Finish WARM = Finish.keeping(1);
    private static final Finish GONE = Finish.losing(1);
    private static final String[] RUNTIMES = {"python3", "nodejs"};

    /** What stands in the queue and what keeps it there. */
    enum Shape {
        /** One call alone: every node is equally free. */
        EMPTY(100, 0, 0),
        /** Half of all slots are taken, nothing waits. */
        HALF(100, NODES * SLOTS / 2, 0),
        /** Half of the nodes have memory for four calls alone and are full with them, the others run four times as many. */
        LOPSIDED(100, NODES / 2 * 4 + NODES / 2 * 16, 0),
        /** Half of all slots are taken; every other revision requires one of four zones, of which each node has one. */
        LABELS(100, NODES * SLOTS / 2, 0),
        /** A single revision, short of slots. */
        ONE(1, 0, QUEUED),
        /** A thousand revisions, the first of which has a seventh of all calls, short of slots. */
        SKEWED(1_000, 0, QUEUED),
        /** Ten thousand revisions of 56 sizes; half of the nodes are short of slots, half of memory or scratch. */
        PARKED(10_000, 0, QUEUED);

        private final int revisions;
        private final int running;
        private final int queued;

        Shape(int revisions, int running, int queued) {
            this.revisions = revisions;
            this.running = running;
            this.queued = queued;
        }
    }

    private record Kind(RevisionId id, FunctionName function, Demand demand) {}

    private final Shape shape;
    private final Scheduler scheduler;
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Kind> kinds = new ArrayList<>();
    private final double[] shares;
    private final List<NodeView> nodes = new ArrayList<>();
    private final List<Ticket> tickets = new ArrayList<>();
    private final List<Decision.Place> running = new ArrayList<>();
    private long now = 1;
    private long turns;
    private long placed;
    private Ticket next;

    BusyCluster(Shape shape, String policy) {
        this.shape = shape;
        SchedulerLimits bounds = SchedulerLimits.DEFAULT;
        SchedulerLimits wide = new SchedulerLimits(2 * QUEUED, 2 * QUEUED, bounds.patience(), bounds.refusalBackoff());
        scheduler = new Scheduler(wide, PlacementPolicy.named(policy, 1));
        shares = shares();
        for (int i = 0; i < shape.revisions; i++) {
            kinds.add(new Kind(new RevisionId(scattered()), Sample.function(i), demand(i)));
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(node(i));
            apply(scheduler.node(nodes.get(i), now));
        }
        fill();
        next = newTicket();
        // Calls of several sizes find their steady mix only after some turns, and more fit then.
        for (int i = 0; shape == Shape.PARKED && i < SETTLING; i++) {
            turn();
            if (i % (SETTLING / 4) == 0) {
                fill();
            }
        }
        fill();
    }

    private void fill() {
        while (running.size() < shape.running || scheduler.queued() < shape.queued) {
            apply(scheduler.submit(newTicket(), now).decisions());
        }
    }

    /** Of the calls that come: by Zipf's law where they are skewed, else equal. Summed up. */
    private double[] shares() {
        double[] sums = new double[shape.revisions];
        double sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += shape == Shape.SKEWED ? 1.0 / (i + 1) : 1;
            sums[i] = sum;
        }
        return sums;
    }

    private Kind anyKind() {
        int place = Arrays.binarySearch(shares, random.nextDouble(shares[shares.length - 1]));
        return kinds.get(place < 0 ? -place - 1 : place);
    }

    private SortableId scattered() {
        return new SortableId(random.nextLong() >>> 1, random.nextLong());
    }

    private Demand demand(int revision) {
        int kind = shape == Shape.PARKED ? revision : 0;
        return new Demand(
                Bytes.ofMiB(MEMORY_MIB[kind % MEMORY_MIB.length]),
                Bytes.ofMiB(SCRATCH_MIB[kind % SCRATCH_MIB.length]),
                RUNTIMES[revision % RUNTIMES.length],
                RUNTIMES[revision % RUNTIMES.length],
                1,
                OptionalInt.empty(),
                needs(revision));
    }

    private Needs needs(int revision) {
        boolean some = shape == Shape.LABELS && revision % 2 == 0;
        return some ? new Needs(NodeLabels.parse(List.of(zone(revision / 2))), Gpus.NONE) : Needs.NONE;
    }

    private static String zone(int number) {
        return "zone=" + number % ZONES;
    }

    private NodeView node(int number) {
        boolean tight = shape == Shape.PARKED && number % 2 == 0;
        boolean narrow = shape == Shape.LOPSIDED && number % 2 == 0;
        Room wide = Sample.room(SLOTS, narrow ? 4 * MEMORY_MIB[0] + 64 : 1 << 20, 1 << 20);
        Room room = tight ? Sample.room(SLOTS, 8 << 10, 2 << 10) : wide;
        Map<RevisionId, Integer> idle = new HashMap<>();
        for (int i = 0; i < SLOTS / 2; i++) {
            idle.merge(anyKind().id(), 1, Integer::sum);
        }
        Map<String, Integer> stems = Map.of(RUNTIMES[number % RUNTIMES.length], STEMS);
        Set<String> images = number % 3 == 2 ? Set.of(RUNTIMES) : Set.of(RUNTIMES[number % 3]);
        NodeView plain = Sample.labelled(Sample.node("n" + (NODES + number), room), zone(number));
        return Sample.offering(plain, idle, stems, images);
    }

    /** Its id tells its number; ids of one node count up in leaps, as here. */
    private Ticket newTicket() {
        long low = tickets.size() * ID_LEAP + random.nextLong(ID_LEAP);
        Kind kind = anyKind();
        Ticket ticket = new Ticket(
                new InvocationId(new SortableId(1, low)),
                kind.function(),
                kind.id(),
                kind.demand(),
                now + QUEUE_MILLIS);
        tickets.add(ticket);
        return ticket;
    }

    private static int number(InvocationId id) {
        return (int) (id.value().low() / ID_LEAP);
    }

    /** One call comes, one that runs ends. */
    void turn() {
        if (++turns % TURNS_A_MILLI == 0) {
            beat();
        }
        apply(scheduler.submit(next, now).decisions());
        int which = random.nextInt(running.size());
        Decision.Place place = running.get(which);
        running.set(which, running.getLast());
        running.removeLast();
        boolean warm = place.preference() == Preference.IDLE;
        apply(scheduler.ended(place.id(), place.node(), warm ? WARM : GONE, now));
        int number = number(place.id());
        Ticket ended = tickets.get(number);
        next = new Ticket(ended.id(), ended.function(), ended.revision(), ended.demand(), now + QUEUE_MILLIS);
        tickets.set(number, next);
    }

    private void beat() {
        now++;
        if (now % TICK_MILLIS == 0) {
            apply(scheduler.tick(now));
        }
        NodeView view = nodes.get((int) (now % NODES));
        Node node = scheduler.plan().cluster().node(view.id());
        if (node == null) {
            throw new IllegalStateException(view.id() + " has left");
        }
        NodeView report = Sample.offering(view, node.idle(), view.stems(), view.images());
        apply(scheduler.node(Sample.used(report, Sample.room(node.inFlight(), 0, 0)), now));
    }

    private void apply(List<Decision> decisions) {
        for (Decision decision : decisions) {
            switch (decision) {
                case Decision.Place place -> {
                    running.add(place);
                    placed++;
                }
                case Decision.Expire(InvocationId id) -> throw new IllegalStateException(id + " has expired");
            }
        }
    }

    /** Placements so far. */
    long placed() {
        return placed;
    }

    int queued() {
        return scheduler.queued();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Looks whether the cluster is what it began as.
     *
     * @throws IllegalStateException when it is not
     */
    void check() {
        int spread = shape == Shape.PARKED ? QUEUED / 20 : 0;
        boolean same = Math.abs(scheduler.queued() - shape.queued) <= spread
                && (shape.queued > 0 || running.size() == shape.running)
                && scheduler.plan().cluster().size() == NODES;
        if (!same) {
            throw new IllegalStateException(
                    shape + " is not what it was: " + scheduler.queued() + " queued, " + running.size() + " in flight");
        }
    }
}
