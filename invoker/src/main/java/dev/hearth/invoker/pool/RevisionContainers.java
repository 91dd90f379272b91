package dev.hearth.invoker.pool;

import org.jspecify.annotations.Nullable;

/**
 * The containers and waiting calls of one revision.
 *
 * <p>Idle containers form one stack, oldest at the bottom: first the {@code kept} ones, at most minWarm, then the
 * {@code spare} ones. No spare one exists while a kept place is free, so that the stack stays in order of idleness.
 */
final class RevisionContainers {
    final Demand demand;
    final Size size;
    final long keepAliveMillis;
    final Chain<PooledContainer> kept = new Chain<>();
    final Chain<PooledContainer> spare = new Chain<>();
    /** Planned and queued ones, in the order decided. */
    final Chain<PooledContainer> queued = new Chain<>();

    final Chain<WaitingCall> waiting = new Chain<>();
    final PhaseCounts phases = new PhaseCounts();
    final Pace pace = new Pace();
    /** When a call ended last. */
    long served;

    /** Containers whose call waits for a nested one. */
    int blocked;
    /** Deleted or replaced: containers go when nobody waits for them. */
    boolean gone;

    RevisionContainers(Demand demand) {
        this.demand = demand;
        this.size = Size.of(demand);
        this.keepAliveMillis = demand.keepAlive().toMillis();
    }

    int count(Phase phase) {
        return phases.of(phase);
    }

    /** Containers on their way to the state in which they take a call. */
    int pending() {
        return count(Phase.PLANNED) + count(Phase.QUEUED) + count(Phase.CREATING) + count(Phase.INITIALISING);
    }

    /** Containers in use that will come free by themselves. */
    int running() {
        return count(Phase.BUSY) - blocked;
    }

    /** Calls that wait without a start under way for them. */
    int sharing() {
        return Math.max(0, waiting.size() - pending());
    }

    /** All but those being removed. */
    int live() {
        return pending() + count(Phase.IDLE) + count(Phase.BUSY);
    }

    boolean isFull() {
        return demand.maxContainers().isPresent()
                && live() >= demand.maxContainers().getAsInt();
    }

    /** The container that became idle last. */
    @Nullable
    PooledContainer latestIdle() {
        PooledContainer top = spare.last();
        return top != null ? top : kept.last();
    }

    boolean keepsNone() {
        return kept.size() >= demand.minWarm();
    }

    @Override
    public String toString() {
        return demand.label();
    }
}
