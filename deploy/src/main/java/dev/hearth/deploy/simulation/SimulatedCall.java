package dev.hearth.deploy.simulation;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.SortableId;
import dev.hearth.invoker.pool.CallKey;

/** One call between its arrival and its end. */
final class SimulatedCall {
    final InvocationId id;
    final FunctionTerms function;
    final long runMicros;
    final long arrived;
    private int attempt;
    /** Whether it was placed for the sake of an idle container. */
    boolean promised;

    /** Whether the pool that it waits in may let it take a turn. */
    boolean brief;

    private boolean over;

    /** Ids of one process count up in leaps, which scatters them; so do these. */
    SimulatedCall(long number, FunctionTerms function, long runMicros, long arrived) {
        this.id = new InvocationId(new SortableId(1, number * 0x9E37L));
        this.function = function;
        this.runMicros = runMicros;
        this.arrived = arrived;
    }

    /** It is sent to a worker. */
    CallKey dispatch() {
        return new CallKey(id, ++attempt);
    }

    /** It ends, which happens once. */
    void end() {
        if (over) {
            throw new IllegalStateException("call " + id + " ended twice");
        }
        over = true;
    }
}
