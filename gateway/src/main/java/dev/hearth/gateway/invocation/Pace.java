package dev.hearth.gateway.invocation;

/**
 * How fast calls run now.
 *
 * @param meanMillis mean run time of recent calls; 0 before the first
 * @param slots calls that may run at once, over all nodes
 */
public record Pace(long meanMillis, long slots) {}
