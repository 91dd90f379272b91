package dev.hearth.deploy.simulation;

import dev.hearth.invoker.pool.Blueprint;

/** A container of a worker: what it does, since when, and its one timer. */
final class SimulatedContainer {
    /** What a container's memory is held for. */
    enum State {
        STARTING,
        STEM,
        IDLE,
        BUSY,
        REMOVING
    }

    final String runtime;
    long memory;
    State state = State.STARTING;
    long since;

    /** The latest timer that the pool armed, and when it is due. */
    long generation;

    long due;

    /** When the agenda looks at the timer next; it may find that it is due later. */
    long looked = Long.MAX_VALUE;

    SimulatedContainer(Blueprint blueprint, long now) {
        runtime = blueprint.runtime();
        memory = blueprint.memory().value();
        since = now;
    }
}
