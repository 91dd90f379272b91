package dev.hearth.invoker.docker;

import java.util.BitSet;
import java.util.OptionalInt;

/**
 * Numeric users for containers: one that is in use belongs to one container alone.
 *
 * <p>They are handed out in turn, so that a user comes back as late as possible. Not for several threads at once.
 */
public final class UidRange {
    private static final int LOWEST = 1_000;
    private final int first;
    private final int count;
    private final BitSet taken;
    private int next;

    /**
     * All users from {@code first} on.
     *
     * @param first 1000 or more: below are the system's own
     * @param count 1 or more
     */
    public UidRange(int first, int count) {
        if (first < LOWEST || count < 1 || first > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException("uids from " + first + ", " + count
                    + " of them: the first must be 1000 or more, and there must be at least one");
        }
        this.first = first;
        this.count = count;
        taken = new BitSet(count);
    }

    /** A free one; empty when all are in use. */
    public OptionalInt take() {
        int free = taken.nextClearBit(next);
        if (free >= count) {
            free = taken.nextClearBit(0);
        }
        if (free >= count) {
            return OptionalInt.empty();
        }
        taken.set(free);
        next = (free + 1) % count;
        return OptionalInt.of(first + free);
    }

    /** Marks the user of an adopted container; whether it was free. One outside the range is nobody else's anyway. */
    public boolean claim(int uid) {
        if (uid < first || uid >= first + count) {
            return true;
        }
        boolean free = !taken.get(uid - first);
        taken.set(uid - first);
        return free;
    }

    /** Frees it, once the container is removed. */
    public void release(int uid) {
        if (uid >= first && uid < first + count) {
            taken.clear(uid - first);
        }
    }

    public int free() {
        return count - taken.cardinality();
    }
}
