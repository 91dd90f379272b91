package dev.hearth.gateway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Feeds the same random events to the scheduler and to the naive one, and checks answers and invariants after each. */
final class RandomEvents {
    private static final String[] RUNTIMES = {"python3", "nodejs", ""};
    private static final String[] IMAGES = {"python", "node", "own"};
    private static final List<List<String>> REQUIRED = List.of(
            List.of(), List.of(), List.of(), List.of("zone=a"), List.of("fast=yes"), List.of("fast=yes", "zone=b"));
    private static final List<List<String>> LABELS = List.of(
            List.of(),
            List.of("zone=a"),
            List.of("zone=b"),
            List.of("fast=yes", "zone=a"),
            List.of("fast=yes", "zone=b"));
    private static final List<Gpus> GPUS = List.of(Gpus.of(1), Gpus.of(2), Gpus.ALL);
    private final Random random;
    private final Scheduler scheduler;
    private final NaiveScheduler naive;
    private final Ledger ledger;
    private final List<Demand> demands = new ArrayList<>();
    private final List<String> nodes;
    private final Map<String, NodeView> views = new TreeMap<>();
    private final int submitWeight;
    private final int refusalWeight;
    private int calls;
    private long now;
    private String last = "none";

    RandomEvents(long seed) {
        random = new Random(seed);
        SchedulerLimits limits = new SchedulerLimits(
                5 + random.nextInt(60), 3 + random.nextInt(30), Duration.ofMillis(300), Duration.ofMillis(50));
        scheduler = new Scheduler(limits, PlacementPolicy.named("fcfs", 0));
        naive = new NaiveScheduler(limits);
        ledger = new Ledger(scheduler);
        int revisions = 2 + random.nextInt(7);
        for (int i = 0; i < revisions; i++) {
            demands.add(randomDemand());
        }
        nodes = List.of("a", "b", "c", "d", "e").subList(0, 1 + random.nextInt(5));
        submitWeight = 20 + random.nextInt(40);
        refusalWeight = random.nextInt(20);
    }

    private Demand randomDemand() {
        return new Demand(
                Bytes.ofMiB(List.of(1, 2, 2, 3, 5, 8).get(random.nextInt(6))),
                Bytes.ofMiB(List.of(1, 1, 2, 4).get(random.nextInt(4))),
                RUNTIMES[random.nextInt(3)],
                IMAGES[random.nextInt(3)],
                random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1,
                random.nextInt(4) == 0 ? OptionalInt.of(1 + random.nextInt(3)) : OptionalInt.empty(),
                randomNeeds());
    }

    /** Half of the revisions need nothing but room. */
    private Needs randomNeeds() {
        NodeLabels labels = NodeLabels.parse(REQUIRED.get(random.nextInt(REQUIRED.size())));
        Gpus gpus = random.nextInt(4) == 0 ? GPUS.get(random.nextInt(GPUS.size())) : Gpus.NONE;
        return new Needs(labels, gpus);
    }

    String last() {
        return last;
    }

    void next() {
        now += random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(4);
        int kind = random.nextInt(100 + refusalWeight);
        if (kind < submitWeight) {
            submit();
        } else if (kind < 70) {
            end();
        } else if (kind < 80) {
            heartbeat();
        } else if (kind < 90) {
            tick();
        } else if (kind < 94) {
            cancel();
        } else if (kind < 97) {
            lose();
        } else if (kind < 100) {
            endElsewhere();
        } else {
            refuse();
        }
    }

    private void submit() {
        int revision = random.nextInt(demands.size());
        long deadline = now - 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 2000);
        Ticket ticket = Sample.ticket(calls++, revision, demands.get(revision), deadline);
        last = "submit " + ticket;
        ledger.before();
        Submission submission = scheduler.submit(ticket, now);
        boolean accepted = naive.submit(ticket, now);
        assertThat(submission instanceof Submission.Accepted).isEqualTo(accepted);
        if (accepted) {
            ledger.arrived(ticket);
        }
        check(submission.decisions());
    }

    private void end() {
        if (ledger.running().isEmpty()) {
            heartbeat();
            return;
        }
        InvocationId id = pick(ledger.running());
        String node = ledger.nodeOf(id);
        boolean warm = random.nextInt(3) > 0;
        last = "end " + id + " on " + node + " at " + now;
        ledger.before();
        ledger.ended(id);
        List<Decision> decisions = scheduler.ended(id, node, warm ? Finish.keeping(5) : Finish.losing(5), now);
        naive.ended(id, node, warm, now);
        check(decisions);
    }

    private void endElsewhere() {
        InvocationId id = Sample.id(random.nextInt(calls + 1));
        String node = nodes.get(random.nextInt(nodes.size()));
        if (ledger.isOn(id, node)) {
            return;
        }
        last = "stale end of " + id + " on " + node;
        ledger.before();
        List<Decision> decisions = scheduler.ended(id, node, Finish.keeping(5), now);
        naive.ended(id, node, true, now);
        check(decisions);
    }

    private void refuse() {
        if (ledger.running().isEmpty()) {
            return;
        }
        InvocationId id = pick(ledger.running());
        String node = ledger.nodeOf(id);
        last = "refuse " + id + " on " + node + " at " + now;
        ledger.before();
        ledger.refused(id);
        List<Decision> decisions = scheduler.refused(id, node, now);
        naive.refused(id, node, now);
        check(decisions);
    }

    private void heartbeat() {
        String id = nodes.get(random.nextInt(nodes.size()));
        NodeView known = views.get(id);
        NodeView view = known == null || random.nextInt(3) == 0 ? randomRoom(id) : known;
        view = Sample.offering(view, randomIdle(), randomStems(), randomImages());
        views.put(id, view);
        last = "heartbeat " + view + " at " + now;
        ledger.before();
        List<Decision> decisions = scheduler.node(view, now);
        naive.node(view, now);
        check(decisions);
    }

    private NodeView randomRoom(String id) {
        Room capacity =
                Sample.room(1 + random.nextInt(6), 4 + random.nextInt(12), 2 + random.nextInt(8), random.nextInt(4));
        Room unavailable = random.nextInt(4) == 0
                ? Sample.room(random.nextInt(2), random.nextInt(8), random.nextInt(3), random.nextInt(2))
                : Room.NONE;
        NodeView view = Sample.ready(Sample.node(id, capacity), random.nextInt(8) > 0);
        view = Sample.labelled(view, LABELS.get(random.nextInt(LABELS.size())).toArray(String[]::new));
        return Sample.used(Sample.unavailable(view, unavailable), Sample.room(random.nextInt(3), 0, 0));
    }

    private Map<RevisionId, Integer> randomIdle() {
        Map<RevisionId, Integer> idle = new HashMap<>();
        for (int i = 0; i < demands.size(); i++) {
            if (random.nextInt(3) == 0) {
                idle.put(Sample.revision(i), random.nextInt(3));
            }
        }
        return idle;
    }

    private Map<String, Integer> randomStems() {
        return random.nextBoolean() ? Map.of(RUNTIMES[random.nextInt(2)], 1 + random.nextInt(2)) : Map.of();
    }

    private Set<String> randomImages() {
        Set<String> images = new HashSet<>();
        for (String image : IMAGES) {
            if (random.nextBoolean()) {
                images.add(image);
            }
        }
        return images;
    }

    private void tick() {
        last = "tick " + now;
        ledger.before();
        List<Decision> decisions = scheduler.tick(now);
        naive.tick(now);
        check(decisions);
    }

    private void cancel() {
        InvocationId id = Sample.id(random.nextInt(calls + 1));
        last = "cancel " + id;
        ledger.before();
        Cancellation cancellation = scheduler.cancel(id, now);
        naive.cancel(id, now);
        if (cancellation instanceof Cancellation.Removed) {
            ledger.left(id);
        }
        check(cancellation.decisions());
    }

    private void lose() {
        String node = nodes.get(random.nextInt(nodes.size()));
        last = "lose " + node;
        views.remove(node);
        ledger.before();
        NodeLoss loss = scheduler.nodeLost(node, now);
        assertThat(loss.running()).isEqualTo(naive.nodeLost(node, now));
        loss.running().forEach(ticket -> ledger.ended(ticket.id()));
        check(loss.decisions());
    }

    private void check(List<Decision> decisions) {
        assertThat(decisions).isEqualTo(naive.decisions());
        ledger.apply(decisions);
        ledger.check();
    }

    private InvocationId pick(List<InvocationId> ids) {
        return ids.get(random.nextInt(ids.size()));
    }

    /** Ends all that runs, lets the rest expire, and looks for leftovers. */
    void endAll() {
        now += 10_000;
        tick();
        while (!ledger.running().isEmpty()) {
            end();
        }
        now += 10_000;
        tick();
        nodes.forEach(node -> scheduler.nodeLost(node, now));
        Plan plan = scheduler.plan();
        assertThat(scheduler.queued()).isZero();
        assertThat(plan.calls()).isZero();
        assertThat(plan.waiting().revisions()).isZero();
        assertThat(plan.waiting().functions()).isZero();
        assertThat(plan.waiting().parking().classes()).isZero();
        assertThat(plan.bars().isEmpty()).isTrue();
        assertThat(plan.cluster().indexed()).isZero();
        assertThat(plan.reservation()).isEmpty();
    }
}
