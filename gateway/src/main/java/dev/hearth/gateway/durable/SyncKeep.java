package dev.hearth.gateway.durable;

/** Which records of synchronous calls are written down, beside those in memory. */
public enum SyncKeep {
    NONE,
    FAILED,
    ALL
}
