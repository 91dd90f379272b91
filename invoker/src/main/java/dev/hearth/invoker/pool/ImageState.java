package dev.hearth.invoker.pool;

/** How an image stands to the node's disk. */
public enum ImageState {
    /** Not here, as far as is known. */
    ABSENT,
    /** Here, and nobody's concern: a guest without containers. */
    ASIDE,
    /** A start needs it; its room is still held by others that leave. */
    AWAITED,
    /** On its way here, its room taken. */
    FETCHING,
    PRESENT,
    /** It makes room: its last containers go, then it. */
    LEAVING
}
