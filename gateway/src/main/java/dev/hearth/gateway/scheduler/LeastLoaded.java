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
        int warm = candidates.leastLoaded(Preference.IDLE);
        return warm != Candidates.NONE ? warm : candidates.leastLoaded(Preference.ROOM);
    }
}
