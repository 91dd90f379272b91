package dev.hearth.invoker.pool;

import dev.hearth.common.invocation.StartKind;
import org.jspecify.annotations.Nullable;

/** One container's entry in the pool's books. */
final class PooledContainer {
    final ContainerId id;
    final String runtime;
    final StoredImage image;
    /** Its place in the idle, shared or queued list of its revision, or among the stem cells of its class. */
    final Chain.Link<PooledContainer> group = new Chain.Link<>(this);
    /** Its place in the order of eviction or of starts. */
    final Chain.Link<PooledContainer> order = new Chain.Link<>(this);

    Phase phase = Phase.PLANNED;
    Size size;
    /** The class it was started for; stays when a revision takes the cell. */
    @Nullable
    StemStock stock;
    /** Null in a stem cell. */
    @Nullable
    RevisionContainers revision;
    /** The call that made the pool start it; any call of the revision may be served by it. */
    @Nullable
    WaitingCall cause;
    /** What its first call is told. */
    StartKind start;
    /** One of the minWarm of its revision; only while idle. */
    boolean kept;

    final Leases leases = new Leases();
    /** It gets no call any more and goes when the last that runs in it ends. */
    boolean closed;

    /** How often its image had come when it was created. */
    int arrivals;

    long since;
    /** Since when its idle time is not counted yet; only while idle. */
    long idleFrom;

    long calls;
    long idleOrder;
    long generation;
    /** Whether the timer of the present generation is under way and means something. */
    boolean armed;

    PooledContainer(ContainerId id, Blueprint blueprint, StoredImage image, StartKind start) {
        this.id = id;
        this.runtime = blueprint.runtime();
        this.image = image;
        this.size = Size.of(blueprint);
        this.start = start;
    }

    /** The revision of a container that has one. */
    RevisionContainers owner() {
        RevisionContainers owner = revision;
        if (owner == null) {
            throw new IllegalStateException(this + " has no revision");
        }
        return owner;
    }

    /** Adds its idle time up to now to that of its revision, if it is idle. */
    void countIdle(long now) {
        if (phase == Phase.IDLE) {
            owner().idleMillis += now - idleFrom;
            idleFrom = now;
        }
    }

    /** Whether it can take another call beside those that run in it. */
    boolean hasPlace() {
        return !closed && leases.size() < owner().concurrency;
    }

    /** The class of a stem cell. */
    StemStock stock() {
        StemStock of = stock;
        if (of == null) {
            throw new IllegalStateException(this + " is no stem cell");
        }
        return of;
    }

    @Override
    public String toString() {
        return "container " + id + " (" + phase + ")";
    }
}
