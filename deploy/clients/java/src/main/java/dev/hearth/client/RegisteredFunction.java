package dev.hearth.client;

/**
 * A function that can be called.
 *
 * @param revision number of the version that this registration made or found
 */
public record RegisteredFunction(String name, long revision) {}
