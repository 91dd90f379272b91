package dev.hearth.invoker.pool;

/** The states of a container inside the pool; each container is in exactly one. */
enum Phase {
    /** Decided; its room is still held by containers that are being removed. */
    PLANNED(ContainerState.STARTING),
    /** Its room is reserved; it waits until fewer than maxStarts are being created. */
    QUEUED(ContainerState.STARTING),
    /** The engine creates it, its runtime has not said hello. */
    CREATING(ContainerState.STARTING),
    /** A started runtime without code. */
    STEM(ContainerState.STEM),
    /** Loads its revision's code. */
    INITIALISING(ContainerState.STARTING),
    IDLE(ContainerState.IDLE),
    BUSY(ContainerState.BUSY),
    /** Gets no call any more; holds its reservation until the removal is proven. */
    REMOVING(ContainerState.REMOVING);

    private final ContainerState shown;

    Phase(ContainerState shown) {
        this.shown = shown;
    }

    ContainerState shown() {
        return shown;
    }

    /** Whether the engine may know the container. */
    boolean exists() {
        return this != PLANNED && this != QUEUED;
    }

    /** Whether the container can be evicted. */
    boolean atRest() {
        return this == STEM || this == IDLE;
    }
}
