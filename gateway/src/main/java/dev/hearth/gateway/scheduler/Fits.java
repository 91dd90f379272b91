package dev.hearth.gateway.scheduler;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The candidates for one revision's head.
 *
 * @param cluster the nodes
 * @param bars who refused it
 * @param revision the revision
 */
record Fits(Cluster cluster, Bars bars, RevisionQueue revision) implements Candidates {
    /** So few nodes, as fit in a full cluster, are compared; where more fit, the levels show the least loaded sooner. */
    private static final int FEW = 4;

    private static final Preference[] BEST_FIRST = Preference.values();

    @Override
    public int next(Preference preference, int from) {
        return preference == Preference.ROOM ? nextWithRoom(from) : nextHolder(preference, from);
    }

    private int nextWithRoom(int from) {
        int node = cluster.next(from, revision);
        while (node != NONE && refused(node)) {
            node = cluster.next(node + 1, revision);
        }
        return node;
    }

    /** Leaps between the two ordered sets, nodes with room and nodes that hold it, to their next common member. */
    private int nextHolder(Preference preference, int from) {
        BitSet holders = cluster.holders(preference, revision.id(), revision.demand());
        int holder = holders == null ? NONE : holders.nextSetBit(from);
        while (holders != null && holder != NONE) {
            int node = cluster.next(holder, revision);
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

    @Override
    public int leastLoaded(Preference preference) {
        int best = NONE;
        int seen = 0;
        for (int node = next(preference, 0); node != NONE; node = next(preference, node + 1)) {
            if (++seen > FEW) {
                return leastByLevel(preference);
            }
            best = best == NONE || better(node, best) ? node : best;
        }
        return best;
    }

    private boolean better(int one, int other) {
        long load = (long) inFlight(one) * slots(other);
        long otherLoad = (long) inFlight(other) * slots(one);
        return load < otherLoad || (load == otherLoad && preference(one).compareTo(preference(other)) < 0);
    }

    private int leastByLevel(Preference preference) {
        BitSet holders = holders(preference);
        Loads loads = cluster.loads();
        for (Loads.Level level : loads.levels()) {
            // One that shares a container may fit where there is no room for another.
            if (!revision.shares() && !level.mayFit(revision.memory, revision.scratch)) {
                continue;
            }
            if (firstOf(level.members, holders, null) != NONE) {
                return bestOf(level.members, holders);
            }
            if (holders == null && revision.ground.suitable() == null) {
                loads.tighten(level);
            }
        }
        return NONE;
    }

    /** Of a level, the first of those that offer most. */
    private int bestOf(BitSet level, @Nullable BitSet holders) {
        for (Preference offered : BEST_FIRST) {
            BitSet offering = holders(offered);
            int node = offering == null && offered != Preference.ROOM ? NONE : firstOf(level, holders, offering);
            if (node != NONE) {
                return node;
            }
        }
        return NONE;
    }

    private @Nullable BitSet holders(Preference preference) {
        return preference == Preference.ROOM ? null : cluster.holders(preference, revision.id(), revision.demand());
    }

    /** Leaps between the sets, of which null are all nodes, to the first common member where the call fits. */
    private int firstOf(BitSet level, @Nullable BitSet one, @Nullable BitSet other) {
        int node = level.nextSetBit(0);
        while (node != NONE) {
            int next = from(revision.ground.suitable(), from(other, from(one, node)));
            if (next == node && cluster.fits(node, revision) && !refused(node)) {
                return node;
            }
            node = next == NONE ? NONE : level.nextSetBit(next == node ? node + 1 : next);
        }
        return NONE;
    }

    private static int from(@Nullable BitSet set, int node) {
        return set == null || node == NONE ? node : set.nextSetBit(node);
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
