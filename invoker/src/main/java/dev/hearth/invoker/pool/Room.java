package dev.hearth.invoker.pool;

/**
 * Memory, scratch and graphics processors of the node.
 *
 * <p>{@code used} is held by containers, {@code leaving} and {@code atRest} are the parts of it held by those being
 * removed and by those that can be evicted; {@code planned} is promised to containers that wait for what is leaving.
 * Invariants: {@code used <= budget} and {@code used - leaving + planned <= budget}, in each of the three: so every
 * plan comes true once the removals under way are proven.
 */
final class Room {
    final Size budget;
    private final Tally used = new Tally();
    private final Tally leaving = new Tally();
    private final Tally atRest = new Tally();
    private final Tally planned = new Tally();

    private static final class Tally {
        private long memory;
        private long scratch;
        private long gpus;

        void change(Size size, int sign) {
            memory += sign * size.memory();
            scratch += sign * size.scratch();
            gpus += sign * size.gpus();
        }

        Size size() {
            return new Size(memory, scratch, gpus);
        }
    }

    Room(Size budget) {
        this.budget = budget;
    }

    void enter(Phase phase, Size size) {
        change(phase, size, 1);
        if (!budget.covers(used.size())) {
            throw new IllegalStateException("reserved " + used.size() + ", the budget is " + budget);
        }
    }

    void leave(Phase phase, Size size) {
        change(phase, size, -1);
    }

    private void change(Phase phase, Size size, int sign) {
        if (phase == Phase.PLANNED) {
            planned.change(size, sign);
            return;
        }
        used.change(size, sign);
        if (phase == Phase.REMOVING) {
            leaving.change(size, sign);
        } else if (phase.atRest()) {
            atRest.change(size, sign);
        }
    }

    /** Whether the size can be reserved at once, without touching what is promised. */
    boolean fits(Size size) {
        return fitsBehind(planned.size(), size);
    }

    /** Whether the size can be reserved at once when {@code ahead} has the first right to what is free. */
    boolean fitsBehind(Size ahead, Size size) {
        return used.memory + ahead.memory() + size.memory() <= budget.memory()
                && used.scratch + ahead.scratch() + size.scratch() <= budget.scratch()
                && used.gpus + ahead.gpus() + size.gpus() <= budget.gpus();
    }

    /** What would still be missing for the size when all that is leaving has left. */
    Size shortage(Size size) {
        Size open = open();
        return new Size(
                Math.max(0, size.memory() - open.memory()),
                Math.max(0, size.scratch() - open.scratch()),
                Math.max(0, size.gpus() - open.gpus()));
    }

    /** Free or becoming free, and promised to nobody. */
    Size open() {
        return new Size(
                budget.memory() - used.memory + leaving.memory - planned.memory,
                budget.scratch() - used.scratch + leaving.scratch - planned.scratch,
                budget.gpus() - used.gpus + leaving.gpus - planned.gpus);
    }

    /** Free this moment. */
    Size free() {
        return new Size(budget.memory() - used.memory, budget.scratch() - used.scratch, budget.gpus() - used.gpus);
    }

    Size evictable() {
        return atRest.size();
    }

    Size used() {
        return used.size();
    }

    Size leaving() {
        return leaving.size();
    }

    Size planned() {
        return planned.size();
    }
}
