package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;
import org.jspecify.annotations.Nullable;

/** Brings containers and waiting calls together, when a start succeeds, when it fails and when a call ends. */
final class Handover {
    private final Books books;
    private final Ledger ledger;
    private final Effects effects;
    private final Starts starts;
    private final Removals removals;

    Handover(Books books, Starts starts, Removals removals) {
        this.books = books;
        this.ledger = books.ledger;
        this.effects = books.effects;
        this.starts = starts;
        this.removals = removals;
    }

    /** A container can take calls: those that wait longest get it; without any call the container rests or goes. */
    void offer(PooledContainer container, StartKind start, long now) {
        RevisionContainers revision = container.owner();
        container.cause = null;
        while (!revision.waiting.isEmpty() && container.hasPlace()) {
            serve(container, start, now);
        }
        if (container.leases.size() > 0) {
            revision.share(container);
            return;
        }
        RemovalReason reason = unwanted(revision);
        if (reason != null) {
            removals.retire(container, reason, now);
            return;
        }
        ledger.move(container, Phase.IDLE, now);
        books.idle.add(container);
        // A timer still under way from an earlier rest is not replaced: when it fires it is armed for what is left.
        if (!container.kept && !container.armed) {
            effects.arm(container, revision.keepAliveMillis);
        }
    }

    /** Gives the container to the call of its revision that waits longest. */
    void serve(PooledContainer container, StartKind start, long now) {
        RevisionContainers revision = container.owner();
        WaitingCall first = revision.waiting.first();
        if (first == null) {
            throw new IllegalStateException("no call waits for " + container);
        }
        books.calls.leave(first);
        grant(first.key, first.since, container, start, now);
        starts.dropSurplus(revision);
    }

    void grant(CallKey call, long since, PooledContainer container, StartKind start, long now) {
        if (container.phase == Phase.IDLE) {
            books.idle.remove(container);
        }
        if (container.phase != Phase.BUSY) {
            ledger.move(container, Phase.BUSY, now);
        }
        books.calls.begin(container, call, now);
        container.owner().share(container);
        effects.add(new PoolEffect.Grant(call, container.id, start, now - since));
    }

    /** The runtime of a container said hello. */
    void ready(PooledContainer container, long now) {
        RevisionContainers revision = container.revision;
        if (revision == null) {
            StemStock stock = container.stock();
            stock.starting--;
            stemReady(container, stock, now);
            return;
        }
        RemovalReason reason = revision.waiting.isEmpty() ? unwanted(revision) : null;
        if (reason != null) {
            removals.retire(container, reason, now);
        } else {
            ledger.move(container, Phase.INITIALISING, now);
            effects.add(new PoolEffect.Initialise(container.id, revision.demand, false));
        }
    }

    /** A stem cell rests, unless a call waits for a start that has not begun: then it stands in for that one. */
    void stemReady(PooledContainer cell, StemStock stock, long now) {
        ledger.move(cell, Phase.STEM, now);
        books.stems.add(cell, stock);
        if (books.draining) {
            removals.retire(cell, RemovalReason.DRAINING, now);
            return;
        }
        PooledContainer queued = starts.firstCovered(stock.kind);
        if (queued != null) {
            cell.cause = queued.cause;
            starts.drop(queued);
            specialise(cell, queued.owner(), now);
        }
    }

    /** A stem cell becomes a container of the revision. */
    void specialise(PooledContainer cell, RevisionContainers revision, long now) {
        books.stems.take(cell, now);
        ledger.bind(cell, revision, now);
        effects.add(new PoolEffect.Initialise(cell.id, revision.demand, true));
    }

    /** A start came to nothing: of the calls that wait, those that now lack a container fail. */
    void startEnded(PooledContainer container, RemovalReason why, String reason, long now) {
        RevisionContainers revision = container.revision;
        WaitingCall cause = container.cause;
        removals.retire(container, why, now);
        if (revision == null) {
            container.stock().failed(books.limits, now);
            return;
        }
        for (int lacking = revision.concurrency; lacking > 0 && lacks(revision); lacking--) {
            WaitingCall victim = cause != null && cause.open ? cause : revision.waiting.last();
            if (victim != null) {
                books.calls.leave(victim);
                books.revisions.forgetIfEmpty(revision);
                effects.add(new PoolEffect.Fail(victim.key, container.id, why, reason));
            }
        }
    }

    private boolean lacks(RevisionContainers revision) {
        return revision.sharing() > 0 && !books.turns.isBrief(revision);
    }

    /** A call in the container is over; one that must not be used again goes when the last that runs in it is over. */
    void callEnded(PooledContainer container, boolean reusable, long now) {
        container.closed |= !reusable;
        container.owner().withdraw(container);
        if (!container.closed) {
            offer(container, StartKind.WARM, now);
        } else if (container.leases.size() == 0) {
            removals.retire(container, RemovalReason.NOT_REUSABLE, now);
        }
    }

    /** The container is no more, whatever it was doing. */
    void lost(PooledContainer container, String how, long now) {
        switch (container.phase) {
            case PLANNED, QUEUED, REMOVING -> {}
            case CREATING, INITIALISING -> startEnded(container, RemovalReason.LOST, how, now);
            case STEM -> {
                container.stock().died(now - container.since, books.limits, now);
                removals.retire(container, RemovalReason.LOST, now);
            }
            case IDLE, BUSY -> removals.retire(container, RemovalReason.LOST, now);
        }
    }

    /** Why a container of the revision that no call waits for is not kept; null when it is. */
    private @Nullable RemovalReason unwanted(RevisionContainers revision) {
        if (books.draining) {
            return RemovalReason.DRAINING;
        }
        if (revision.gone) {
            return RemovalReason.REVISION_GONE;
        }
        return revision.keepAliveMillis == 0 && revision.keepsNone() ? RemovalReason.KEEP_ALIVE : null;
    }
}
