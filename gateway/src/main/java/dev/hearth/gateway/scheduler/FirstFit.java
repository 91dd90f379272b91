package dev.hearth.gateway.scheduler;

/** Policy {@code fcfs}: the first node, in order of ids, of those that suit best. */
final class FirstFit implements PlacementPolicy {
    private static final Preference[] BEST_FIRST = Preference.values();

    @Override
    public int choose(Candidates candidates) {
        for (Preference preference : BEST_FIRST) {
            int node = candidates.next(preference, 0);
            if (node != Candidates.NONE) {
                return node;
            }
        }
        return Candidates.NONE;
    }
}
