package dev.hearth.gateway.scheduler;

import java.util.List;

/** Policy {@code fcfs}: the first node, in order of ids, of those that suit best. */
final class FirstFit implements PlacementPolicy {
    private static final List<Preference> BETTER = List.of(Preference.IDLE, Preference.STEM, Preference.IMAGE);

    @Override
    public int choose(Candidates candidates) {
        int first = candidates.next(Preference.ROOM, 0);
        if (first == Candidates.NONE) {
            return first;
        }
        for (Preference preference : BETTER) {
            int node = candidates.next(preference, first);
            if (node != Candidates.NONE) {
                return node;
            }
        }
        return first;
    }
}
