package dev.hearth.gateway.scheduler;

/**
 * Policy {@code locality}: of the nodes that suit best, the one with the smallest share of its slots in flight.
 *
 * <p>What suits best is what {@code fcfs} prefers as well: idle container, stem cell, image on disk, room. But
 * {@code fcfs} fills the first of these nodes before it looks at the next, and {@code balanced} weighs load above all but
 * an idle container, so that it has an image fetched by a free node rather than use a busier one that has it.
 */
final class BestLocality implements PlacementPolicy {
    private static final Preference[] BEST_FIRST = Preference.values();

    @Override
    public int choose(Candidates candidates) {
        for (Preference preference : BEST_FIRST) {
            int node = candidates.leastLoaded(preference);
            if (node != Candidates.NONE) {
                return node;
            }
        }
        return Candidates.NONE;
    }
}
