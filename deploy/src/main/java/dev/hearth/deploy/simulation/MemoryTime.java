package dev.hearth.deploy.simulation;

import dev.hearth.deploy.simulation.SimulatedContainer.State;

/** What containers held their memory for, in bytes x microseconds. */
// Two sums change with each call; an EnumMap would box them. The order of the states is never stored.
@SuppressWarnings("EnumOrdinal")
final class MemoryTime {
    private static final double MICROS = 1e6;
    private final double[] sums = new double[State.values().length];

    /** The container leaves its state for another one. */
    void move(SimulatedContainer container, State next, long now) {
        count(container, now);
        container.state = next;
    }

    /** Counts the time until now. */
    void count(SimulatedContainer container, long now) {
        sums[container.state.ordinal()] += (double) container.memory * (now - container.since);
        container.since = now;
    }

    /** Bytes x seconds in the state. */
    double byteSeconds(State state) {
        return sums[state.ordinal()] / MICROS;
    }
}
