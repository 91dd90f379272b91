package dev.hearth.invoker.pool;

import java.util.List;
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
    final int concurrency;
    final Chain<PooledContainer> kept = new Chain<>();
    final Chain<PooledContainer> spare = new Chain<>();
    /** In use with a place for another call, the one used last at the end; none without concurrency. */
    final Chain<PooledContainer> shared = new Chain<>();
    /** Planned and queued ones, in the order decided. */
    final Chain<PooledContainer> queued = new Chain<>();

    final Chain<WaitingCall> waiting = new Chain<>();
    final PhaseCounts phases = new PhaseCounts();
    final Pace pace = new Pace();
    /** Time that its containers have stood idle and that was not told yet. */
    long idleMillis;

    /** When a call ended last. */
    long served;

    /** Calls in its containers that wait for a nested one. */
    int blocked;
    /** Deleted or replaced: containers go when nobody waits for them. */
    boolean gone;

    RevisionContainers(Demand demand) {
        this.demand = demand;
        this.size = Size.of(demand);
        this.keepAliveMillis = demand.keepAlive().toMillis();
        this.concurrency = demand.concurrency();
    }

    /** That time x the memory of one of them; it starts again. */
    IdleTime takeIdleTime() {
        long byteMillis = idleMillis * demand.memory().value();
        idleMillis = 0;
        return new IdleTime(demand.revision(), byteMillis);
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
        return (int) Math.max(0, waiting.size() - (long) pending() * concurrency);
    }

    /** Starts that the waiting calls need. */
    int needed() {
        return Math.ceilDiv(waiting.size(), concurrency);
    }

    /** Calls that its warm containers could take at once. */
    int places() {
        int places = count(Phase.IDLE) * concurrency;
        for (PooledContainer container : shared.isEmpty() ? List.<PooledContainer>of() : shared.copy()) {
            places += concurrency - container.leases.size();
        }
        return places;
    }

    /** All but those being removed. */
    int live() {
        return pending() + count(Phase.IDLE) + count(Phase.BUSY);
    }

    boolean isFull() {
        return demand.maxContainers().isPresent()
                && live() >= demand.maxContainers().getAsInt();
    }

    /** Offers the free place of a container in use to the next call, if it has one. */
    void share(PooledContainer container) {
        withdraw(container);
        if (concurrency > 1 && container.hasPlace()) {
            shared.addLast(container.group);
        }
    }

    /** Offers it no longer. */
    void withdraw(PooledContainer container) {
        if (shared.holds(container.group)) {
            container.group.unlink();
        }
    }

    /** The container in use with a free place that was used last, else the one that became idle last. */
    @Nullable
    PooledContainer latestFree() {
        PooledContainer inUse = shared.last();
        return inUse != null ? inUse : latestIdle();
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
