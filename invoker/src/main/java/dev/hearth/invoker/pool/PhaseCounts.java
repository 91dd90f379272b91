package dev.hearth.invoker.pool;

/** How many containers stand in each phase. */
// Several counts change with each transition; an EnumMap would box them. The order of the phases is never stored.
@SuppressWarnings("EnumOrdinal")
final class PhaseCounts {
    private final int[] counts = new int[Phase.values().length];

    private int total;

    int of(Phase phase) {
        return counts[phase.ordinal()];
    }

    void change(Phase phase, int by) {
        counts[phase.ordinal()] += by;
        total += by;
    }

    int total() {
        return total;
    }
}
