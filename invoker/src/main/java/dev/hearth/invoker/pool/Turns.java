package dev.hearth.invoker.pool;

import java.time.Duration;

/**
 * Tells which calls wait for a turn in a container in use, as {@link Sharing} says.
 *
 * <p>One that must wait longer than the patience takes an idle container if there is one. It gets a start only after
 * {@link #START_AFTER} times that, which a pause of the machine seldom takes and a start always does.
 */
final class Turns {
    private static final int START_AFTER = 5;

    private final Sharing sharing;
    /** Then more containers would not make brief calls faster. */
    boolean noCoreIdle;

    Turns(Sharing sharing) {
        this.sharing = sharing;
    }

    /** Whether one more call gains by waiting beside {@code waiting} others that no start is under way for. */
    boolean gains(RevisionContainers revision, int waiting, long now) {
        return isSpread(revision)
                && (waiting + 1) * revision.pace.mean() / revision.running()
                        <= sharing.patience().toMillis()
                && waited(revision, now) <= sharing.patience().toMillis();
    }

    /** Whether the calls that wait had better not be given a start. */
    boolean outlasts(RevisionContainers revision, int maxStarts, long now) {
        // One pause of the machine makes all that wait late at once; that is no reason for a container for each.
        return isSpread(revision)
                && (waited(revision, now) <= START_AFTER * sharing.patience().toMillis()
                        || revision.pending() >= maxStarts);
    }

    /** Whether the calls that wait do without one of the starts under way. */
    boolean isAmple(RevisionContainers revision, long now) {
        return isBrief(revision)
                && revision.running() + revision.pending() > sharing.spread()
                && waited(revision, now) <= START_AFTER * sharing.patience().toMillis();
    }

    /** Whether the revision's calls share while any of them runs. */
    boolean isBrief(RevisionContainers revision) {
        Duration most = noCoreIdle ? sharing.patience() : sharing.run();
        return revision.pace.isKnown()
                && !sharing.run().isZero()
                && revision.pace.mean() < most.toMillis()
                && revision.running() > 0;
    }

    private boolean isSpread(RevisionContainers revision) {
        return isBrief(revision) && revision.running() + revision.pending() >= sharing.spread();
    }

    private static long waited(RevisionContainers revision, long now) {
        WaitingCall first = revision.waiting.first();
        return first == null ? 0 : now - first.since;
    }
}
