package dev.hearth.gateway.scheduler;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes as calls of the same needs see them: which of them have the labels, and the room there.
 *
 * <p>To a call that needs graphics processors a node without enough free ones has no room at all. So one search finds a
 * node with labels, processors, memory and scratch, however few of the nodes have them.
 */
final class Ground {
    final Needs needs;
    private final BitSet suitable = new BitSet();
    private RoomTree room = new RoomTree(0);
    private @Nullable String missing;

    /** Revisions with calls that have these needs. */
    int users;

    Ground(Needs needs) {
        this.needs = needs;
    }

    /** The nodes have other numbers now. */
    void number(Node[] nodes) {
        suitable.clear();
        room = new RoomTree(nodes.length);
        for (Node node : nodes) {
            judge(node);
            refresh(node, node.reserved);
        }
    }

    /** The node has other labels, maybe. */
    void judge(Node node) {
        suitable.set(node.number, node.view().labels().covers(needs.labels()));
        missing = null;
    }

    /** Brings the room in line with the node, less what is reserved there. */
    void refresh(Node node, @Nullable Demand reserved) {
        if (!node.open() || !suits(node.number) || !hasGpus(node, reserved)) {
            room.set(node.number, 0, 0, 0);
        } else if (reserved == null) {
            room.set(node.number, node.freeSlots(), node.freeMemory(), node.freeScratch());
        } else {
            room.set(
                    node.number,
                    node.freeSlots() - 1,
                    node.freeMemory() - reserved.memory().value(),
                    node.freeScratch() - reserved.scratch().value());
        }
    }

    private boolean hasGpus(Node node, @Nullable Demand reserved) {
        if (needs.gpus().isNone()) {
            return true;
        }
        long kept = reserved == null ? 0 : reserved.needs().gpus().on(node.gpus());
        return node.freeGpus() - kept >= needs.gpus().on(node.gpus());
    }

    boolean suits(int node) {
        return suitable.get(node);
    }

    /** The nodes that have the labels; null when those are all. */
    @Nullable
    BitSet suitable() {
        return needs.labels().isNone() ? null : suitable;
    }

    boolean fits(int node, long memory, long scratch) {
        return room.fits(node, memory, scratch);
    }

    /** The first node from {@code from} up where so much fits, or {@link Candidates#NONE}. */
    int next(int from, long memory, long scratch) {
        return room.next(from, memory, scratch);
    }

    /** What none of the nodes has, or why those that have it take nothing, as a sentence; empty when one takes calls. */
    String lack(Node[] nodes) {
        for (int node = suitable.nextSetBit(0); node >= 0; node = suitable.nextSetBit(node + 1)) {
            if (nodes[node].open()) {
                return "";
            }
        }
        if (nodes.length == 0) {
            return "no node is there";
        }
        if (!suitable.isEmpty()) {
            String which = needs.labels().isNone() ? "no node takes" : "no node with " + needs.labels() + " takes";
            return which + " calls now (GET /v1/nodes says why)";
        }
        // Kept, since it is asked for each call that waited in vain.
        String known = missing;
        if (known == null) {
            known = Missing.of(needs.labels(), nodes);
            missing = known;
        }
        return known;
    }
}
