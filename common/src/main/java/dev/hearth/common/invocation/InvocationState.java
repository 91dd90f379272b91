package dev.hearth.common.invocation;

/** Where an invocation stands. */
public enum InvocationState {
    /** Accepted by the gateway. */
    NEW,
    /** Its image is on the head. */
    ADMITTED,
    /** In the scheduler's queue. */
    SCHEDULABLE,
    /** Sent to a node; the function runs or its container is being made. */
    RUNNING,
    /** Ended, with an outcome. */
    DONE
}
