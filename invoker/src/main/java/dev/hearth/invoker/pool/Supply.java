package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;
import org.jspecify.annotations.Nullable;

/** Finds a container for each call: one at rest, one in use that comes free in time, a start, or a refusal. */
final class Supply {
    private final Books books;
    private final Starts starts;
    private final Handover handover;
    private final DiskRoom disk;

    Supply(Books books, Starts starts, Removals removals, Handover handover) {
        this.books = books;
        this.starts = starts;
        this.handover = handover;
        this.disk = new DiskRoom(books, starts, removals);
    }

    DiskRoom disk() {
        return disk;
    }

    void take(CallKey call, RevisionContainers revision, long now) {
        PooledContainer warm = revision.latestFree();
        if (warm != null && revision.waiting.isEmpty() && !gains(revision, 0, now)) {
            handover.grant(call, now, warm, StartKind.WARM, now);
            return;
        }
        books.calls.await(call, revision, now);
        cover(revision, now);
    }

    /** Serves the calls of all revisions that wait without a start and gain nothing by it any more. */
    void coverAll(long now) {
        if (books.calls.waiting() > 0) {
            books.calls.waitingRevisions().forEach(revision -> cover(revision, now));
        }
    }

    /** A call of the revision ended or its container left: what follows for those that wait. */
    void review(RevisionContainers revision, long now) {
        // Decided when it was not known yet how brief the calls are, or during a pause that is over.
        while (!revision.queued.isEmpty() && books.turns.isAmple(revision, now)) {
            starts.dropLatest(revision);
        }
        cover(revision, now);
    }

    private void cover(RevisionContainers revision, long now) {
        boolean more = true;
        while (more && lacks(revision) && !gains(revision, Math.max(0, revision.sharing() - 1), now)) {
            more = serveOne(revision, now);
        }
    }

    /** Whether a call waits without a start under way, or beside a container that it could have before its start ends. */
    private static boolean lacks(RevisionContainers revision) {
        return revision.sharing() > 0 || (!revision.waiting.isEmpty() && revision.latestFree() != null);
    }

    private boolean gains(RevisionContainers revision, int waiting, long now) {
        return books.turns.gains(revision, waiting, now);
    }

    /** Returns false when the calls that wait had better go on waiting. */
    private boolean serveOne(RevisionContainers revision, long now) {
        PooledContainer warm = revision.latestFree();
        if (warm != null) {
            handover.serve(warm, StartKind.WARM, now);
            return true;
        }
        if (books.turns.outlasts(revision, books.limits.maxStarts(), now)) {
            return false;
        }
        PooledContainer start = books.draining || revision.isFull() ? null : newStart(revision, now);
        if (start == null) {
            refuseLatest(revision, now);
        } else {
            start.cause = revision.waiting.last();
        }
        return true;
    }

    private @Nullable PooledContainer newStart(RevisionContainers revision, long now) {
        PooledContainer cell = books.stems.best(revision.demand);
        if (cell != null) {
            handover.specialise(cell, revision, now);
            return cell;
        }
        return disk.makeRoom(revision, now) ? starts.enqueue(revision, now) : null;
    }

    private void refuseLatest(RevisionContainers revision, long now) {
        WaitingCall latest = revision.waiting.last();
        if (latest != null) {
            books.calls.leave(latest);
            books.effects.add(new PoolEffect.Refuse(latest.key, reason(revision, now)));
            books.revisions.forgetIfEmpty(revision);
        }
    }

    private String reason(RevisionContainers revision, long now) {
        if (books.draining) {
            return Refusals.draining();
        }
        if (revision.isFull()) {
            return Refusals.full(revision);
        }
        return disk.refusal(revision, now).orElseGet(() -> Refusals.noRoom(revision, books.ledger.room));
    }
}
