package dev.hearth.invoker.pool;

import java.time.Duration;

/**
 * Tells which calls wait for a turn in a container in use, as {@link Sharing} says.
 *
 * <p>One that must wait longer than the patience takes an idle container if there is one. It gets a start only when for
 * {@link #START_AFTER} times that neither it nor any other call of its revision was served, while the machine did not
 * stand still: a pause makes all that wait late at once, and starts would only prolong it.
 */
final class Turns {
    private static final int START_AFTER = 5;
    private static final int PAUSE_MILLIS = 25;

    private final Sharing sharing;
    private long lastBeat;
    private long goingSince;

    /** Then more containers would not make brief calls faster. */
    boolean noCoreIdle;

    Turns(Sharing sharing) {
        this.sharing = sharing;
    }

    /** To be called every ten milliseconds; a beat that comes late ends a pause of the machine. */
    void beat(long now) {
        if (now - lastBeat > PAUSE_MILLIS) {
            goingSince = now;
        }
        lastBeat = now;
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
        return isSpread(revision) && (isMoving(revision, now) || revision.pending() >= maxStarts);
    }

    /** Whether the calls that wait do without one of the starts under way. */
    boolean isAmple(RevisionContainers revision, long now) {
        return isBrief(revision)
                && revision.running() + revision.pending() > sharing.spread()
                && isMoving(revision, now);
    }

    /** Whether the first that waits came, a call before it ended or a pause was over, not long ago. */
    private boolean isMoving(RevisionContainers revision, long now) {
        long stuck = Math.min(waited(revision, now), now - Math.max(goingSince, revision.served));
        return stuck <= START_AFTER * sharing.patience().toMillis();
    }

    /** Whether the revision's calls share while any of them runs; those with concurrency have their places for that. */
    boolean isBrief(RevisionContainers revision) {
        Duration most = noCoreIdle ? sharing.patience() : sharing.run();
        return revision.concurrency == 1
                && revision.pace.isKnown()
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
