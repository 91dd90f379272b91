package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Counts the pool's books again, container by container, and compares. */
final class PoolInvariants {
    private final Books books;
    private final Starts starts;
    private final Ledger ledger;
    private final Collection<PooledContainer> all;
    private final PhaseCounts counts = new PhaseCounts();
    private int calls;
    private int blocked;
    private final IdentityHashMap<RevisionContainers, PhaseCounts> byRevision = new IdentityHashMap<>();

    PoolInvariants(Books books, Starts starts) {
        this.books = books;
        this.starts = starts;
        this.ledger = books.ledger;
        this.all = ledger.all();
    }

    void check() {
        all.forEach(this::container);
        phases();
        room();
        List<RevisionContainers> revisions = books.revisions.all();
        revisions.forEach(this::revision);
        same("pool", "waiting calls", sum(revisions, r -> r.waiting.size()), books.calls.waiting());
        List<RevisionContainers> waiting =
                revisions.stream().filter(r -> !r.waiting.isEmpty()).toList();
        same("pool", "waiting revisions", Set.copyOf(waiting), Set.copyOf(books.calls.waitingRevisions()));
        same("pool", "spare idle containers", sum(revisions, r -> r.spare.size()), books.idle.spares());
        same("pool", "kept idle containers", sum(revisions, r -> r.kept.size()), books.idle.kept());
        stems();
        new DiskInvariants(books.images, all).check();
    }

    private void container(PooledContainer container) {
        Phase phase = container.phase;
        RevisionContainers revision = container.revision;
        counts.change(phase, 1);
        if (revision != null) {
            byRevision.computeIfAbsent(revision, _ -> new PhaseCounts()).change(phase, 1);
        }
        boolean mayBeBare = phase == Phase.STEM || phase == Phase.CREATING || phase == Phase.REMOVING;
        boolean mustBeTimed = phase == Phase.CREATING || (phase == Phase.IDLE && !container.kept);
        hold(container, "has a revision", revision != null || mayBeBare);
        hold(container, "has a timer if nothing else would end it", container.armed || !mustBeTimed);
        int leases = container.leases.size();
        hold(container, "has calls if and only if it is busy", leases > 0 == (phase == Phase.BUSY));
        if (phase == Phase.BUSY) {
            hold(container, "runs at most as many calls as it may", leases <= container.owner().concurrency);
            boolean offered = container.owner().shared.holds(container.group);
            hold(container, "offers its free place", offered == container.hasPlace());
            calls += leases;
            blocked += container.leases.blocked();
        }
        hold(container, "is kept only while idle", !container.kept || phase == Phase.IDLE);
    }

    private void phases() {
        for (Phase phase : Phase.values()) {
            same(phase, "containers", counts.of(phase), ledger.count(phase));
        }
        same("pool", "slots", books.calls.waiting() + calls - blocked, books.calls.slotsUsed());
        same("pool", "plans", counts.of(Phase.PLANNED), starts.planned());
        same("pool", "queued starts", counts.of(Phase.QUEUED), starts.queued());
        boolean permit = counts.of(Phase.CREATING) < books.limits.maxStarts();
        hold("pool", "creates at most maxStarts", counts.of(Phase.CREATING) <= books.limits.maxStarts());
        hold("pool", "queues a start only for want of a permit", starts.queued() == 0 || !permit);
        boolean leaves = counts.of(Phase.REMOVING) > 0;
        int plans = count(c -> c.phase == Phase.PLANNED && c.image.state == ImageState.PRESENT);
        hold("pool", "plans only with what leaves or is fetched", plans == 0 || leaves);
        boolean empty = counts.of(Phase.IDLE) + counts.of(Phase.STEM) + starts.planned() + starts.queued() == 0;
        hold("pool", "has nothing at rest or queued when draining", empty || !books.draining);
    }

    private void room() {
        Room room = ledger.room;
        same("room", "used", sizes(c -> c.phase != Phase.PLANNED), room.used());
        same("room", "planned", sizes(c -> c.phase == Phase.PLANNED), room.planned());
        same("room", "leaving", sizes(c -> c.phase == Phase.REMOVING), room.leaving());
        same("room", "evictable", sizes(c -> c.phase.atRest()), room.evictable());
        hold("room", "keeps what is used within the budget", room.budget.covers(room.used()));
        hold("room", "keeps what is planned within the budget", room.open().covers(Size.NONE));
    }

    private void revision(RevisionContainers revision) {
        PhaseCounts counted = byRevision.getOrDefault(revision, new PhaseCounts());
        for (Phase phase : Phase.values()) {
            // Containers being removed may belong to an earlier entry of the same revision.
            if (phase != Phase.REMOVING) {
                same(revision, "containers", counted.of(phase), revision.count(phase));
            }
        }
        int waiting = revision.waiting.size();
        int pending = revision.pending();
        int idle = revision.kept.size() + revision.spare.size();
        int queued = revision.count(Phase.PLANNED) + revision.count(Phase.QUEUED);
        same(revision, "idle containers", idle, revision.count(Phase.IDLE));
        same(revision, "unbegun starts", queued, revision.queued.size());
        boolean shares = books.turns.isBrief(revision);
        int waitsNested = all.stream()
                .filter(c -> c.revision == revision)
                .mapToInt(c -> c.leases.blocked())
                .sum();
        same(revision, "blocked", waitsNested, revision.blocked);
        int needed = Math.ceilDiv(waiting, revision.concurrency);
        hold(revision, "has a start for all calls that wait and cannot share", needed <= pending || shares);
        hold(revision, "lets only those wait beside an idle container who share", waiting == 0 || idle == 0 || shares);
        hold(revision, "lets none wait beside a free place", waiting == 0 || revision.shared.isEmpty());
        hold(revision, "queues nothing that no call needs", queued == 0 || pending <= needed);
        hold(revision, "keeps minWarm before it spares any", revision.spare.isEmpty() || revision.keepsNone());
        hold(revision, "keeps at most minWarm", revision.kept.size() <= revision.demand.minWarm());
        hold(revision, "has nothing idle when gone", !revision.gone || idle == 0);
        hold(revision, "is in use", revision.live() + waiting > 0);
    }

    private void stems() {
        List<StemStock> stocks = books.stems.stocks();
        stocks.forEach(this::stock);
        int ready = stocks.stream().mapToInt(stock -> stock.ready.size()).sum();
        int starting = stocks.stream().mapToInt(stock -> stock.starting).sum();
        same("pool", "stem cells", counts.of(Phase.STEM), ready);
        same("pool", "stem cells that start", count(c -> c.phase == Phase.CREATING && c.revision == null), starting);
        hold("pool", "starts no stem cell before adoption is over", starting == 0 || books.stems.isOpen());
        hold(
                "pool",
                "learns few classes",
                books.stems.learned() <= books.limits.growth().classes());
        hold("pool", "counts few classes", books.stems.counted() <= Uncovered.COUNTED);
        for (int i = 1; i < stocks.size(); i++) {
            Bytes smaller = stocks.get(i - 1).kind.memory();
            hold(
                    "pool",
                    "has the smallest class first",
                    smaller.compareTo(stocks.get(i).kind.memory()) <= 0);
        }
    }

    private void stock(StemStock stock) {
        int base = stock.kind.base();
        int most = Math.max(base, books.limits.growth().most());
        hold(
                stock,
                "is the only one of its cells",
                books.stems.stockOf(stock.kind).orElseThrow() == stock);
        hold(stock, "wants its base to the most", stock.wanted() >= base && stock.wanted() <= most);
        hold(stock, "has no base when learned", base == 0 || !stock.learned);
        hold(stock, "saw no fewer cells than it has", stock.least() <= stock.ready.size());
        same(stock, "ready cells", count(c -> c.phase == Phase.STEM && c.stock == stock), stock.ready.size());
        same(stock, "starting cells", count(c -> c.phase == Phase.CREATING && c.stock == stock), stock.starting);
    }

    private static int sum(List<RevisionContainers> revisions, ToIntFunction<RevisionContainers> part) {
        return revisions.stream().mapToInt(part).sum();
    }

    private int count(Predicate<PooledContainer> which) {
        return (int) all.stream().filter(which).count();
    }

    private Size sizes(Predicate<PooledContainer> which) {
        return all.stream().filter(which).map(c -> c.size).reduce(Size.NONE, Size::plus);
    }

    static void same(Object subject, String what, Object counted, Object booked) {
        if (!counted.equals(booked)) {
            throw new IllegalStateException(subject + ": " + what + ": counted " + counted + ", booked " + booked);
        }
    }

    static void hold(Object subject, String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException(subject + " no longer " + what);
        }
    }
}
