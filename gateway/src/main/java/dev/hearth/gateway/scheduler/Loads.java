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
 */
final class Loads {
    private static final double NONE = -1;
    private final Node[] nodes;
    private final TreeMap<Double, BitSet> levels = new TreeMap<>();
    private final double[] shares;
    private final BitSet changed = new BitSet();

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

    /** Numbers of the nodes of each level, the least loaded first. */
    Collection<BitSet> levels() {
        for (int node = changed.nextSetBit(0); node >= 0; node = changed.nextSetBit(node + 1)) {
            move(nodes[node]);
        }
        changed.clear();
        return levels.values();
    }

    private void move(Node node) {
        // A reservation does not count: the call for which it is made may look at any time.
        double share = node.takesAny() ? (double) node.inFlight() / node.slots() : NONE;
        double before = shares[node.number];
        if (share == before) {
            return;
        }
        shares[node.number] = share;
        if (before != NONE) {
            levels.computeIfPresent(before, (same, level) -> without(level, node.number));
        }
        if (share != NONE) {
            levels.computeIfAbsent(share, absent -> new BitSet(nodes.length)).set(node.number);
        }
    }

    /** The level less the node; null, which drops it, when none is left in it. */
    private static @Nullable BitSet without(BitSet level, int node) {
        level.clear(node);
        return level.isEmpty() ? null : level;
    }
}
