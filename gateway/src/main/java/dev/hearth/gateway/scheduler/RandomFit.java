package dev.hearth.gateway.scheduler;

import java.util.SplittableRandom;

/** Policy {@code random}: of those that suit best, the first from a random node on; the same seed, the same choices. */
final class RandomFit implements PlacementPolicy {
    private static final Preference[] BEST_FIRST = Preference.values();
    private final SplittableRandom random;

    RandomFit(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public int choose(Candidates candidates) {
        if (candidates.nodes() == 0) {
            return Candidates.NONE;
        }
        int start = random.nextInt(candidates.nodes());
        for (Preference preference : BEST_FIRST) {
            int node = candidates.next(preference, start);
            if (node == Candidates.NONE) {
                node = candidates.next(preference, 0);
            }
            if (node != Candidates.NONE) {
                return node;
            }
        }
        return Candidates.NONE;
    }
}
