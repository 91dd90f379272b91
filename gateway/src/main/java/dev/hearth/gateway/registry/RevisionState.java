package dev.hearth.gateway.registry;

/** How far a revision has come. */
public enum RevisionState {
    /** Its image is on the way; calls go to the revision before. */
    PENDING,
    /** It can be called. */
    READY,
    /** Its image cannot be had; the cause is kept. */
    FAILED
}
