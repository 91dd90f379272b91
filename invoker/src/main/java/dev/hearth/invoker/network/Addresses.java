package dev.hearth.invoker.network;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * Which addresses of the node's block containers have.
 *
 * <p>An address that was given back rests before another container gets it: packets of the old one's connections may still be
 * on their way. Those that were never used come first, then the one that has rested longest.
 *
 * <p>Invariant: each number of 1 to size - 2 is unused, in use or resting, and in one of these only.
 */
final class Addresses {
    private final int last;
    private final long restMillis;
    private final BitSet used = new BitSet();
    private final ArrayDeque<Resting> resting = new ArrayDeque<>();
    private int fresh = 1;

    private record Resting(int number, long since) {}

    /**
     * All are unused.
     *
     * @param size addresses of the block; its first and its last are left out
     */
    Addresses(long size, long restMillis) {
        last = (int) Math.min(size - 2, Integer.MAX_VALUE);
        this.restMillis = restMillis;
    }

    /** One that is free; empty when all are in use or resting. */
    OptionalInt take(long now) {
        while (fresh <= last && used.get(fresh)) {
            fresh++;
        }
        if (fresh <= last) {
            return taken(fresh++);
        }
        Resting longest = resting.peek();
        if (longest == null || now - longest.since() < restMillis) {
            return OptionalInt.empty();
        }
        resting.remove();
        return taken(longest.number());
    }

    private OptionalInt taken(int number) {
        used.set(number);
        return OptionalInt.of(number);
    }

    /** Marks one that a container of an earlier life has; false when it is not to be had. */
    boolean claim(int number) {
        if (number < fresh || number > last || used.get(number)) {
            return false;
        }
        used.set(number);
        return true;
    }

    /** The container is gone. */
    void release(int number, long now) {
        if (!used.get(number)) {
            throw new IllegalStateException("address " + number + " is given back and was not in use");
        }
        used.clear(number);
        resting.add(new Resting(number, now));
    }

    int inUse() {
        return used.cardinality();
    }
}
