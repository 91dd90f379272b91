package dev.hearth.deploy.simulation.trace;

/**
 * One call of a trace.
 *
 * @param atMicros when it arrives, in microseconds since the trace began
 * @param function what it calls; equal calls of one function carry the same object
 * @param runMicros how long it runs once it has a container, in microseconds
 */
public record TracedCall(long atMicros, TracedFunction function, long runMicros) {}
