package dev.hearth.gateway.scheduler;

import java.util.BitSet;

/**
 * The candidates for one revision's head.
 *
 * @param cluster the nodes
 * @param bars who refused it
 * @param revision the revision
 */
record Fits(Cluster cluster, Bars bars, RevisionQueue revision) implements Candidates {
    @Override
    public int next(Preference preference, int from) {
        return preference == Preference.ROOM ? nextWithRoom(from) : nextHolder(preference, from);
    }

    private int nextWithRoom(int from) {
        int node = cluster.next(from, revision.demand());
        while (node != NONE && refused(node)) {
            node = cluster.next(node + 1, revision.demand());
        }
        return node;
    }

    /** Leaps between the two ordered sets, nodes with room and nodes that hold it, to their next common member. */
    private int nextHolder(Preference preference, int from) {
        BitSet holders = cluster.holders(preference, revision.id(), revision.demand());
        int holder = holders == null ? NONE : holders.nextSetBit(from);
        while (holders != null && holder != NONE) {
            int node = cluster.next(holder, revision.demand());
            if (node == NONE) {
                return NONE;
            }
            if (node == holder && !refused(node)) {
                return node;
            }
            holder = holders.nextSetBit(node == holder ? node + 1 : node);
        }
        return NONE;
    }

    private boolean refused(int node) {
        return bars.between(revision.id(), cluster.node(node));
    }

    @Override
    public int nodes() {
        return cluster.size();
    }

    @Override
    public Preference preference(int node) {
        return cluster.node(node).preference(revision.id(), revision.demand());
    }

    @Override
    public int inFlight(int node) {
        return cluster.node(node).inFlight();
    }

    @Override
    public int slots(int node) {
        return cluster.node(node).slots();
    }
}
