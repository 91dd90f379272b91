package dev.hearth.gateway.scheduler;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parked revisions of one memory and scratch, ordered by the arrival of their heads. */
final class DemandClass {
    private static final Comparator<RevisionQueue> BY_ARRIVAL = Comparator.comparingLong(queue -> queue.parkedArrival);

    /**
     * What the calls of a class have in common.
     *
     * @param memory bytes of memory
     * @param scratch bytes of scratch
     */
    record Size(long memory, long scratch) {
        static Size of(Demand demand) {
            return new Size(demand.memory().value(), demand.scratch().value());
        }
    }

    private final Size size;
    private long oldestArrival = Long.MAX_VALUE;
    private final TreeSet<RevisionQueue> revisions = new TreeSet<>(BY_ARRIVAL);

    DemandClass(Size size) {
        this.size = size;
    }

    Size size() {
        return size;
    }

    boolean isEmpty() {
        return revisions.isEmpty();
    }

    void add(RevisionQueue revision) {
        revisions.add(revision);
        oldestArrival = Math.min(oldestArrival, revision.parkedArrival);
    }

    void remove(RevisionQueue revision) {
        revisions.remove(revision);
        if (revision.parkedArrival == oldestArrival) {
            oldestArrival = revisions.isEmpty() ? Long.MAX_VALUE : revisions.first().parkedArrival;
        }
    }

    /** Arrival of the oldest head; kept apart, since the search for the call to wake asks every class for it. */
    long oldestArrival() {
        return oldestArrival;
    }

    RevisionQueue oldest() {
        return revisions.first();
    }

    /** The oldest revision that the node has not refused, if older than the given arrival, as the class's oldest is. */
    @Nullable
    RevisionQueue oldestFor(Node node, Bars bars, long before) {
        if (bars.isEmpty()) {
            return oldest();
        }
        for (RevisionQueue revision : revisions) {
            if (revision.parkedArrival >= before) {
                return null;
            }
            if (!bars.between(revision.id(), node)) {
                return revision;
            }
        }
        return null;
    }
}
