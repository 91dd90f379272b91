package dev.hearth.gateway.scheduler;

/**
 * Policy {@code balanced}: the node with the smallest share of its slots in flight.
 *
 * <p>A node with an idle container of the revision goes before all others, since a warm start outweighs the balance;
 * stem cells and images only decide between equally loaded nodes, or every call would follow the first one's image.
 */
final class LeastLoaded implements PlacementPolicy {
    @Override
    public int choose(Candidates candidates) {
        int warm = least(candidates, Preference.IDLE);
        return warm != Candidates.NONE ? warm : least(candidates, Preference.ROOM);
    }

    private static int least(Candidates candidates, Preference preference) {
        int best = candidates.next(preference, 0);
        int node = best;
        while (node != Candidates.NONE) {
            if (better(candidates, node, best)) {
                best = node;
            }
            node = candidates.next(preference, node + 1);
        }
        return best;
    }

    private static boolean better(Candidates candidates, int node, int best) {
        long load = (long) candidates.inFlight(node) * candidates.slots(best);
        long bestLoad = (long) candidates.inFlight(best) * candidates.slots(node);
        return load < bestLoad
                || (load == bestLoad && candidates.preference(node).compareTo(candidates.preference(best)) < 0);
    }
}
