package dev.hearth.invoker.pool;

import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Durations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The container pool of one node, as a state machine without clock or I/O.
 *
 * <p><b>Use.</b> One thread calls the inputs with a time that never goes back, and applies the effects that each
 * returns before the next input. Events may come late, twice or in odd order: one that does not fit the container's
 * phase changes nothing, and only {@link #removed} gives room back.
 *
 * <p><b>Choice for a call.</b> A container of its revision in use that has a free place, the one used last;
 * the one that became idle last; a start of its revision that no
 * other call needs; a stem cell; a new container, for which others at rest are evicted if they add up; else a refusal.
 *
 * <p><b>Waiting.</b> A call that is neither granted nor refused waits, in the order of arrival in its revision, for
 * whichever container of the revision comes free first: one just initialised or one released. A revision has as many
 * containers on their way as its calls waiting need, but for those that {@link Sharing} lets wait for a container in use;
 * those beyond it that are not yet created are dropped.
 *
 * <p><b>Slots.</b> A call takes one from its lease until it is released, failed, cancelled or its container is lost,
 * except while it waits for a nested call. Since waiting calls count, every queue in here is bounded by the slots.
 */
public final class ContainerPool {
    private final PoolLimits limits;
    private final Books books;
    private final Ledger ledger;
    private final Calls calls;
    private final Effects effects;
    private final Starts starts;
    private final Removals removals;
    private final Handover handover;
    private final Supply supply;
    private final Arrivals arrivals;

    /**
     * An empty pool.
     *
     * @param lifePrefix start of all container ids; another one in each life of the node
     */
    public ContainerPool(PoolLimits limits, String lifePrefix) {
        this.limits = limits;
        this.books = new Books(limits, lifePrefix);
        this.ledger = books.ledger;
        this.calls = books.calls;
        this.effects = books.effects;
        this.starts = new Starts(books);
        this.removals = new Removals(books);
        this.handover = new Handover(books, starts, removals);
        this.supply = new Supply(books, starts, removals, handover);
        this.arrivals = new Arrivals(books, removals, handover);
    }

    /**
     * A call asks for a container: granted or refused now, or granted or failed later.
     *
     * @throws IllegalArgumentException if the call waits already
     */
    public List<PoolEffect> lease(CallKey call, Demand demand, long now) {
        if (calls.find(call) != null) {
            throw new IllegalArgumentException("call " + call + " waits already");
        }
        if (books.draining) {
            return refuse(call, Refusals.draining());
        }
        if (calls.slotsUsed() >= limits.slots()) {
            return refuse(call, Refusals.noSlot(calls, limits.slots()));
        }
        supply.take(call, books.revisions.of(demand), now);
        // Stem cells are not refilled here: their start would slow down the one that the call waits for.
        return callsServed(now);
    }

    private List<PoolEffect> refuse(CallKey call, String reason) {
        effects.add(new PoolEffect.Refuse(call, reason));
        return effects.take();
    }

    /** A waiting call gave up. A start under way for it goes on, for other calls or to become idle. */
    public List<PoolEffect> cancel(CallKey call, long now) {
        WaitingCall waiting = calls.find(call);
        if (waiting == null) {
            return List.of();
        }
        calls.leave(waiting);
        starts.dropSurplus(waiting.revision);
        books.revisions.forgetIfEmpty(waiting.revision);
        return settled(now);
    }

    /** The runtime in the container said hello. Stem cells wait while it goes on for a call. */
    public List<PoolEffect> started(ContainerId id, long now) {
        PooledContainer container = in(Phase.CREATING, id);
        if (container == null) {
            return List.of();
        }
        container.armed = false;
        boolean forCalls = container.revision != null;
        handover.ready(container, now);
        return forCalls ? covered(now) : settled(now);
    }

    /** The container could not be created, or its runtime will not say hello. */
    public List<PoolEffect> startFailed(ContainerId id, String reason, long now) {
        PooledContainer container = in(Phase.CREATING, id);
        if (container == null) {
            return List.of();
        }
        handover.startEnded(container, RemovalReason.START_FAILED, reason, now);
        return settled(now);
    }

    /**
     * The container has loaded its revision's code. No stem cell is started in its place yet, since that would slow down
     * the call that it takes now: {@link #replenish} a moment later.
     */
    public List<PoolEffect> initialised(ContainerId id, long now) {
        PooledContainer container = in(Phase.INITIALISING, id);
        if (container == null) {
            return List.of();
        }
        if (container.stock != null) {
            container.stock.sound();
        }
        handover.offer(container, container.start, now);
        return covered(now);
    }

    /** Starts the stem cells that lack, a moment after one was taken. */
    public List<PoolEffect> replenish(long now) {
        return settled(now);
    }

    /** The container could not load its revision's code. */
    public List<PoolEffect> initFailed(ContainerId id, long now) {
        PooledContainer container = in(Phase.INITIALISING, id);
        if (container == null) {
            return List.of();
        }
        handover.startEnded(container, RemovalReason.INIT_FAILED, "its code could not be loaded", now);
        return settled(now);
    }

    /**
     * A call in the container is over; others may still run there.
     *
     * @param reusable whether it may have another one
     */
    public List<PoolEffect> released(ContainerId id, CallKey call, boolean reusable, long now) {
        PooledContainer container = in(Phase.BUSY, id);
        Leases.Lease lease = container == null ? null : container.leases.find(call);
        if (container == null || lease == null) {
            return List.of();
        }
        RevisionContainers revision = container.owner();
        revision.pace.add(now - lease.since);
        revision.served = now;
        container.calls++;
        calls.end(container, lease);
        handover.callEnded(container, reusable, now);
        supply.review(revision, now);
        return callsServed(now);
    }

    /** The container died. Calls that ran in it are over for the pool; the actor knows them and ends them. */
    public List<PoolEffect> lost(ContainerId id, String how, long now) {
        PooledContainer container = ledger.find(id);
        if (container == null) {
            return List.of();
        }
        handover.lost(container, "it died before it was ready: " + how, now);
        return settled(now);
    }

    /** The container is proven to be gone: its room comes back. */
    public List<PoolEffect> removed(ContainerId id, long now) {
        PooledContainer container = ledger.find(id);
        if (container == null || !container.phase.exists()) {
            return List.of();
        }
        handover.lost(container, "it was removed from outside", now);
        ledger.remove(container);
        books.images.departIfFree(container.image, now);
        return settled(now);
    }

    /** A timer fired; one of an older generation says nothing. */
    public List<PoolEffect> timer(ContainerId id, long generation, long now) {
        PooledContainer container = ledger.find(id);
        if (container == null || !container.armed || container.generation != generation) {
            return List.of();
        }
        container.armed = false;
        if (container.phase == Phase.CREATING) {
            String reason = "its runtime said no hello within " + Durations.format(limits.startPatience());
            handover.startEnded(container, RemovalReason.START_FAILED, reason, now);
        } else if (container.phase == Phase.IDLE && !container.kept) {
            expire(container, now);
        }
        return settled(now);
    }

    private void expire(PooledContainer container, long now) {
        long idleFor = now - container.since;
        long keepAlive = container.owner().keepAliveMillis;
        if (idleFor >= keepAlive) {
            removals.retire(container, RemovalReason.KEEP_ALIVE, now);
        } else {
            effects.arm(container, keepAlive - idleFor);
        }
    }

    /** A call in the container waits for a nested call (true) or goes on (false); while it waits it takes no slot. */
    public List<PoolEffect> blocked(ContainerId id, CallKey call, boolean waits, long now) {
        PooledContainer container = in(Phase.BUSY, id);
        Leases.Lease lease = container == null ? null : container.leases.find(call);
        if (container == null || lease == null) {
            return List.of();
        }
        calls.block(container, lease, waits);
        supply.review(container.owner(), now);
        return callsServed(now);
    }

    /** A warm container of an earlier life was found. All are reported before any {@link #adoptedStem}. */
    public List<PoolEffect> adopted(ContainerId id, Demand demand, long now) {
        if (ledger.find(id) == null) {
            arrivals.warm(id, demand, now);
        }
        return callsServed(now);
    }

    /** A stem cell of an earlier life was found. All are reported before the first {@link #refill}; no room is made for one. */
    public List<PoolEffect> adoptedStem(ContainerId id, StemClass kind, long now) {
        if (ledger.find(id) == null) {
            arrivals.stem(id, kind, now);
        }
        return callsServed(now);
    }

    /** The image or code of a container at rest must leave the disk: it goes, and a stem cell is not refilled soon. */
    public List<PoolEffect> evict(ContainerId id, long now) {
        PooledContainer container = ledger.find(id);
        if (container == null || !container.phase.atRest()) {
            return List.of();
        }
        if (container.phase == Phase.STEM) {
            container.stock().holdBack(now + limits.maxStemBackoff().toMillis());
        }
        removals.retire(container, RemovalReason.EVICTED_DISK, now);
        return settled(now);
    }

    /** The revision was deleted or replaced: its containers go as soon as no call needs them. */
    public List<PoolEffect> revisionGone(RevisionId id, long now) {
        books.revisions.markGone(id);
        RevisionContainers revision = books.revisions.find(id);
        if (revision != null) {
            for (PooledContainer container = revision.latestIdle();
                    container != null;
                    container = revision.latestIdle()) {
                removals.retire(container, RemovalReason.REVISION_GONE, now);
            }
        }
        return settled(now);
    }

    /** The node takes no more calls. Those running end; those waiting keep the starts already under way. */
    public List<PoolEffect> drain(long now) {
        books.draining = true;
        for (PooledContainer container : List.copyOf(ledger.all())) {
            if (container.phase.atRest()) {
                removals.retire(container, RemovalReason.DRAINING, now);
            }
        }
        for (RevisionContainers revision : books.revisions.all()) {
            starts.dropAll(revision);
            WaitingCall latest = revision.waiting.last();
            while (latest != null && revision.sharing() > 0) {
                calls.leave(latest);
                effects.add(new PoolEffect.Refuse(latest.key, Refusals.draining()));
                latest = revision.waiting.last();
            }
            books.revisions.forgetIfEmpty(revision);
        }
        return settled(now);
    }

    /** Whether all cores are in use, by whomever. */
    public void noCoreIdle(boolean none) {
        books.turns.noCoreIdle = none;
    }

    /** To be called every ten milliseconds: calls that have waited too long for a container in use get one. */
    public List<PoolEffect> relieve(long now) {
        books.turns.beat(now);
        if (calls.waiting() == 0) {
            return List.of();
        }
        supply.coverAll(now);
        return callsServed(now);
    }

    /**
     * To be called at a steady beat, which begins when adoption is over; no stem cell is started before. Starts those that
     * lack, once their back-off is over, and takes one away that demand does not ask for any more.
     */
    public List<PoolEffect> refill(long now) {
        books.stems.settle(now);
        PooledContainer excess = books.stems.excess();
        if (excess != null) {
            removals.retire(excess, RemovalReason.SURPLUS_STEM, now);
        }
        return settled(now);
    }

    /** Something happened to an image of the node; news that do not fit its state change nothing. */
    public List<PoolEffect> image(ImageNews news, long now) {
        if (news instanceof ImageNews.Missing missing) {
            PooledContainer container = in(Phase.CREATING, missing.container());
            if (container == null || !supply.disk().missed(container, now)) {
                return startFailed(missing.container(), missing.reason(), now);
            }
        } else {
            supply.disk().hear(news, now);
        }
        return settled(now);
    }

    /** Every image that the pool knows. */
    public List<PoolImage> images() {
        return books.images.all().stream().map(StoredImage::shown).toList();
    }

    /** Bytes of the budget for images that are taken. */
    public long imageBytes() {
        return books.images.held();
    }

    /** Bytes of the largest image that could be held, were all gone that may go. */
    public long imageRoom() {
        return books.images.mostOfOne();
    }

    /** How long containers stood warm without a call, by revision, since this was asked last. */
    public List<IdleTime> idleTime(long now) {
        ledger.all().forEach(container -> container.countIdle(now));
        return books.revisions.takeIdleTimes();
    }

    /** What a revision needs of this node. */
    public Demand demandOf(Revision revision) {
        return Demand.of(revision, limits.gpus());
    }

    public PoolSnapshot snapshot() {
        return new PoolView(books).snapshot();
    }

    /** Every container, in the order in which they came. */
    public List<PoolSnapshot.Entry> listing() {
        return new PoolView(books).listing();
    }

    /**
     * Counts everything again.
     *
     * @throws IllegalStateException naming the invariant that does not hold
     */
    public void check() {
        new PoolInvariants(books, starts).check();
    }

    private @Nullable PooledContainer in(Phase phase, ContainerId id) {
        PooledContainer container = ledger.find(id);
        return container != null && container.phase == phase ? container : null;
    }

    private List<PoolEffect> callsServed(long now) {
        starts.run(now);
        return effects.take();
    }

    private List<PoolEffect> covered(long now) {
        supply.coverAll(now);
        return callsServed(now);
    }

    private List<PoolEffect> settled(long now) {
        supply.disk().review(now);
        supply.coverAll(now);
        starts.run(now);
        starts.refill(now);
        return effects.take();
    }
}
