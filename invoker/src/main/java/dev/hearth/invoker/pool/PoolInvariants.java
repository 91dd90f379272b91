package dev.hearth.invoker.pool;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** Counts the pool's books again, container by container, and compares. */
final class PoolInvariants {
    private final Books books;
    private final Starts starts;
    private final Ledger ledger;
    private final Collection<PooledContainer> all;

    PoolInvariants(Books books, Starts starts) {
        this.books = books;
        this.starts = starts;
        this.ledger = books.ledger;
        this.all = ledger.all();
    }

    void check() {
        room();
        phases();
        starts();
        slots();
        List<RevisionContainers> revisions = books.revisions.all();
        revisions.forEach(this::revision);
        same("waiting calls", revisions.stream().mapToInt(r -> r.waiting.size()).sum(), books.calls.waiting());
        same("idle spare", revisions.stream().mapToInt(r -> r.spare.size()).sum(), books.idle.spares());
        same("idle kept", revisions.stream().mapToInt(r -> r.kept.size()).sum(), books.idle.kept());
        books.stems.stocks.forEach(this::stock);
        if (books.draining) {
            hold("nothing rests while draining", ledger.count(Phase.IDLE) + ledger.count(Phase.STEM) == 0);
            hold("nothing is queued while draining", starts.planned() + starts.queued() == 0);
        }
    }

    private void room() {
        Room room = ledger.room;
        same("room used", sum(c -> c.phase != Phase.PLANNED), room.used());
        same("room planned", sum(c -> c.phase == Phase.PLANNED), room.planned());
        same("room leaving", sum(c -> c.phase == Phase.REMOVING), room.leaving());
        same("room evictable", sum(c -> c.phase.atRest()), room.evictable());
        hold("used is within the budget", room.budget.covers(room.used()));
        hold("plans are within the budget", room.open().covers(Size.NONE));
    }

    private Size sum(Predicate<PooledContainer> which) {
        return all.stream().filter(which).map(c -> c.size).reduce(Size.NONE, Size::plus);
    }

    private void phases() {
        for (Phase phase : Phase.values()) {
            same("containers " + phase, count(c -> c.phase == phase), ledger.count(phase));
        }
        for (PooledContainer container : all) {
            boolean bare = container.revision == null;
            boolean mayBeBare = container.phase == Phase.STEM
                    || container.phase == Phase.CREATING
                    || container.phase == Phase.REMOVING;
            hold(container + " has a revision", !bare || mayBeBare);
            hold(container + " is blocked only while busy", !container.blocked || container.phase == Phase.BUSY);
            hold(container + " is kept only while idle", !container.kept || container.phase == Phase.IDLE);
            hold(container + " is timed", timed(container));
        }
    }

    /** What nobody else would ever end has a timer. */
    private static boolean timed(PooledContainer container) {
        boolean must = container.phase == Phase.CREATING || (container.phase == Phase.IDLE && !container.kept);
        return !must || container.armed;
    }

    private int count(Predicate<PooledContainer> which) {
        return (int) all.stream().filter(which).count();
    }

    private void starts() {
        int creating = ledger.count(Phase.CREATING);
        same("planned", starts.planned(), ledger.count(Phase.PLANNED));
        same("queued", starts.queued(), ledger.count(Phase.QUEUED));
        hold("creates are within maxStarts", creating <= books.limits.maxStarts());
        hold(
                "a start is queued only for want of a permit",
                starts.queued() == 0 || creating == books.limits.maxStarts());
        hold(
                "a plan waits for something that leaves",
                starts.planned() == 0 || !ledger.room.leaving().isNone());
    }

    private void slots() {
        int blocked = count(c -> c.blocked);
        same("slots", books.calls.waiting() + ledger.count(Phase.BUSY) - blocked, books.calls.slotsUsed());
    }

    private void revision(RevisionContainers revision) {
        for (Phase phase : Phase.values()) {
            if (phase != Phase.REMOVING) {
                int counted = count(c -> c.phase == phase && c.revision == revision);
                same(revision + " " + phase, counted, revision.count(phase));
            }
        }
        int waiting = revision.waiting.size();
        int pending = revision.pending();
        same(revision + " idle lists", revision.kept.size() + revision.spare.size(), revision.count(Phase.IDLE));
        same(
                revision + " queued list",
                revision.queued.size(),
                revision.count(Phase.PLANNED) + revision.count(Phase.QUEUED));
        hold(revision + ": each waiting call has a start to wait for", waiting <= pending);
        hold(revision + ": nobody waits beside an idle container", waiting == 0 || revision.latestIdle() == null);
        hold(revision + ": nothing is queued that no call needs", revision.queued.isEmpty() || pending == waiting);
        hold(revision + ": minWarm are kept first", revision.spare.isEmpty() || revision.keepsNone());
        hold(revision + ": keeps at most minWarm", revision.kept.size() <= revision.demand.minWarm());
        hold(revision + ": nothing idle when gone", !revision.gone || revision.latestIdle() == null);
        hold(revision + " is in use", revision.live() + waiting > 0);
    }

    private void stock(StemStock stock) {
        same("stem cells ready", count(c -> c.phase == Phase.STEM && c.stock == stock), stock.ready.size());
        same("stem cells starting", count(c -> c.phase == Phase.CREATING && c.stock == stock), stock.starting);
    }

    private static void same(String what, Object counted, Object booked) {
        if (!counted.equals(booked)) {
            throw new IllegalStateException(what + ": counted " + counted + ", booked " + booked);
        }
    }

    private static void hold(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("does not hold: " + what);
        }
    }
}
