package dev.hearth.gateway.scheduler;

/** How well a node that has room suits a call, best first. */
public enum Preference {
    /** An idle container of the revision: a warm start. */
    IDLE,
    /** A stem cell of its runtime: a prewarmed start. */
    STEM,
    /** Its image on disk: a cold start without a pull. */
    IMAGE,
    /** Nothing but room. */
    ROOM
}
