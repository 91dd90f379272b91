package dev.hearth.gateway.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The revisions whose head waits for room on a node, by demand class.
 *
 * <p>When a node gets room, one look at each class finds the call to wake: classes are as many as there are different
 * combinations of memory, scratch and needs among the waiting, however many calls and revisions wait.
 */
final class Parking {
    private final Map<DemandClass.Size, DemandClass> bySize = new HashMap<>();
    private final List<DemandClass> classes = new ArrayList<>();

    void park(RevisionQueue revision, long arrival) {
        DemandClass type = bySize.computeIfAbsent(DemandClass.Size.of(revision), this::open);
        revision.parkedArrival = arrival;
        revision.parkedIn = type;
        type.add(revision);
    }

    private DemandClass open(DemandClass.Size size) {
        DemandClass opened = new DemandClass(size);
        classes.add(opened);
        return opened;
    }

    void unpark(RevisionQueue revision, DemandClass type) {
        type.remove(revision);
        revision.parkedIn = null;
        if (type.isEmpty()) {
            bySize.remove(type.size());
            classes.remove(type);
        }
    }

    /** The revision with the oldest head of those that fit on the node. */
    @Nullable
    RevisionQueue oldestFor(Node node, Cluster cluster, Bars bars) {
        if (!cluster.takesAny(node)) {
            return null;
        }
        RevisionQueue best = null;
        long before = Long.MAX_VALUE;
        for (DemandClass type : classes) {
            if (type.oldestArrival() < before && type.fits(node)) {
                RevisionQueue oldest = type.oldestFor(node, bars, before);
                if (oldest != null) {
                    best = oldest;
                    before = oldest.parkedArrival;
                }
            }
        }
        return best;
    }

    /** The oldest revision of each class, oldest first. */
    List<RevisionQueue> oldest() {
        return classes.stream()
                .map(DemandClass::oldest)
                .sorted(Comparator.comparingLong(revision -> revision.parkedArrival))
                .toList();
    }

    int classes() {
        return classes.size();
    }
}
