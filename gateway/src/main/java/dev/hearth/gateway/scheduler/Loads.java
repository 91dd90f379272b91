package dev.hearth.gateway.scheduler;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that have room for anything at all, by the share of their slots in flight, least first.
 *
 * <p>There are few different shares, since slots are few, so that a walk over the levels finds the least loaded node of
 * a set by looking at few of its members. What changed is only noted until the levels are asked for: most policies never
 * ask, and none does in a full cluster. Shares are quotients: equal ones are exactly equal as long as slots are fewer
 * than 2^26.
 *
 * <p>A level also bounds what its nodes have free of memory and of scratch, so that one where no node has enough is passed
 * over at once: nodes that are short of memory are often the least loaded by their slots. The bounds are raised with each
 * node that has more, and brought down to what is there when a search has found nothing.
 */
final class Loads {
    private static final double NONE = -1;
    private final Node[] nodes;
    private final TreeMap<Double, Level> levels = new TreeMap<>();
    private final double[] shares;
    private final BitSet changed = new BitSet();

    /** The nodes of one share. */
    static final class Level {
        final BitSet members;
        private long memory;
        private long scratch;

        Level(int nodes) {
            members = new BitSet(nodes);
        }

        boolean mayFit(long memoryDemand, long scratchDemand) {
            return memory >= memoryDemand && scratch >= scratchDemand;
        }

        private void raise(Node node) {
            memory = Math.max(memory, node.freeMemory());
            scratch = Math.max(scratch, node.freeScratch());
        }
    }

    Loads(Node[] nodes) {
        this.nodes = nodes;
        shares = new double[nodes.length];
        Arrays.fill(shares, NONE);
        changed.set(0, nodes.length);
    }

    /** Calls came to the node or left it, or its room is another. */
    void changed(Node node) {
        changed.set(node.number);
    }

    /** The least loaded nodes first. */
    Collection<Level> levels() {
        for (int node = changed.nextSetBit(0); node >= 0; node = changed.nextSetBit(node + 1)) {
            move(nodes[node]);
        }
        changed.clear();
        return levels.values();
    }

    /** Nobody in the level had room for a call: its bounds are what its nodes have. */
    void tighten(Level level) {
        level.memory = 0;
        level.scratch = 0;
        for (int node = level.members.nextSetBit(0); node >= 0; node = level.members.nextSetBit(node + 1)) {
            level.raise(nodes[node]);
        }
    }

    private void move(Node node) {
        // A reservation does not count: the call for which it is made may look at any time.
        double share = node.takesAny() ? (double) node.inFlight() / node.slots() : NONE;
        double before = shares[node.number];
        shares[node.number] = share;
        if (share != before && before != NONE) {
            levels.computeIfPresent(before, (same, level) -> without(level, node.number));
        }
        if (share != NONE) {
            Level level = levels.computeIfAbsent(share, absent -> new Level(nodes.length));
            level.members.set(node.number);
            level.raise(node);
        }
    }

    /** The level less the node; null, which drops it, when none is left in it. */
    private static @Nullable Level without(Level level, int node) {
        level.members.clear(node);
        return level.members.isEmpty() ? null : level;
    }
}
