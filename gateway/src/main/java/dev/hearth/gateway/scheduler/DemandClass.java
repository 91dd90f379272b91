package dev.hearth.gateway.scheduler;

import org.jspecify.annotations.Nullable;

/** The parked revisions of the same memory, scratch and needs, ordered by the arrival of their heads. */
final class DemandClass {
    /**
     * What the calls of a class have in common.
     *
     * @param memory bytes of memory
     * @param scratch bytes of scratch
     * @param ground the nodes as their needs show them, one object for the same needs
     */
    record Size(long memory, long scratch, Ground ground) {
        static Size of(RevisionQueue revision) {
            return new Size(revision.memory, revision.scratch, revision.ground);
        }
    }

    private final Size size;
    // What the search for the call to wake asks of every class stands in the class itself.
    private final long memory;
    private final long scratch;
    private final Ground ground;
    private long oldestArrival = Long.MAX_VALUE;
    private final ParkedHeap revisions = new ParkedHeap();

    DemandClass(Size size) {
        this.size = size;
        memory = size.memory();
        scratch = size.scratch();
        ground = size.ground();
    }

    Size size() {
        return size;
    }

    /** Whether a call of the class fits on the node. */
    boolean fits(Node node) {
        return ground.fits(node.number, memory, scratch);
    }

    boolean isEmpty() {
        return revisions.isEmpty();
    }

    void add(RevisionQueue revision) {
        revisions.add(revision);
        oldestArrival = revisions.oldestArrival();
    }

    void remove(RevisionQueue revision) {
        revisions.remove(revision);
        oldestArrival = revisions.oldestArrival();
    }

    long oldestArrival() {
        return oldestArrival;
    }

    RevisionQueue oldest() {
        return revisions.oldest();
    }

    /** The oldest revision that the node has not refused, if older than the given arrival, as the class's oldest is. */
    @Nullable
    RevisionQueue oldestFor(Node node, Bars bars, long before) {
        return bars.isEmpty() ? oldest() : revisions.oldestFor(node, bars, before, 0);
    }
}
