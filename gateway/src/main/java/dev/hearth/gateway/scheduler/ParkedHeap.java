package dev.hearth.gateway.scheduler;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Parked revisions of which the one with the oldest head is found first: a binary heap that knows where each stands.
 *
 * <p>The arrivals lie side by side in an array of their own. A tree of the revisions would touch each of those that it
 * passes, somewhere in memory, twice a placement, which took a quarter of the scheduler's time with ten thousand of them.
 */
final class ParkedHeap {
    private static final int FIRST_CAPACITY = 4;

    private long[] arrivals = new long[FIRST_CAPACITY];
    private @Nullable RevisionQueue[] revisions = new RevisionQueue[FIRST_CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(RevisionQueue revision) {
        if (size == arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, 2 * size);
            revisions = Arrays.copyOf(revisions, 2 * size);
        }
        rise(size++, revision);
    }

    void remove(RevisionQueue revision) {
        int place = revision.parkedAt;
        if (place >= size || revisions[place] != revision) {
            throw new IllegalStateException("revision " + revision.id() + " is not parked here");
        }
        RevisionQueue last = at(--size);
        revisions[size] = null;
        if (place < size) {
            if (place > 0 && last.parkedArrival < arrivals[parent(place)]) {
                rise(place, last);
            } else {
                sink(place, last);
            }
        }
    }

    /** Arrival of the oldest head; the largest number when there is none. */
    long oldestArrival() {
        return size == 0 ? Long.MAX_VALUE : arrivals[0];
    }

    RevisionQueue oldest() {
        return at(0);
    }

    /** The oldest from this place down that the node has not refused and that arrived before; null when there is none. */
    @Nullable
    RevisionQueue oldestFor(Node node, Bars bars, long before, int place) {
        if (place >= size || arrivals[place] >= before) {
            return null;
        }
        RevisionQueue here = at(place);
        if (!bars.between(here.id(), node)) {
            return here;
        }
        RevisionQueue left = oldestFor(node, bars, before, 2 * place + 1);
        long better = left == null ? before : left.parkedArrival;
        RevisionQueue right = oldestFor(node, bars, better, 2 * place + 2);
        return right == null ? left : right;
    }

    private void rise(int from, RevisionQueue revision) {
        int place = from;
        while (place > 0 && revision.parkedArrival < arrivals[parent(place)]) {
            put(place, at(parent(place)));
            place = parent(place);
        }
        put(place, revision);
    }

    private void sink(int from, RevisionQueue revision) {
        int place = from;
        int child = olderChild(place);
        while (child < size && arrivals[child] < revision.parkedArrival) {
            put(place, at(child));
            place = child;
            child = olderChild(place);
        }
        put(place, revision);
    }

    private int olderChild(int place) {
        int left = 2 * place + 1;
        return left + 1 < size && arrivals[left + 1] < arrivals[left] ? left + 1 : left;
    }

    private static int parent(int place) {
        return (place - 1) / 2;
    }

    private void put(int place, RevisionQueue revision) {
        arrivals[place] = revision.parkedArrival;
        revisions[place] = revision;
        revision.parkedAt = place;
    }

    private RevisionQueue at(int place) {
        RevisionQueue revision = revisions[place];
        if (revision == null) {
            throw new IllegalStateException("no revision is parked at " + place);
        }
        return revision;
    }
}
