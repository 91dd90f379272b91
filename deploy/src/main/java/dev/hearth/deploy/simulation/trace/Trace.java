package dev.hearth.deploy.simulation.trace;

import org.jspecify.annotations.Nullable;

/** Calls in the order of their arrival, handed out one by one so that none but the next need be in memory. */
public interface Trace extends AutoCloseable {
    /**
     * The next call, or null after the last.
     *
     * @throws TraceException when what comes next cannot be read
     */
    @Nullable
    TracedCall next();

    @Override
    void close();
}
