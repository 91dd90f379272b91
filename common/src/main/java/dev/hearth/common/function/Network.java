package dev.hearth.common.function;

/** What a container can reach. */
public enum Network {
    /** Nothing but its own loopback interface. */
    NONE,
    /** The outside, through the engine's bridge. */
    INTERNET
}
