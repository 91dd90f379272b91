package dev.hearth.invoker.pool;

/** Whose an image on the node is. */
public enum ImageKind {
    /** The machine's owner's: counted while containers of it are here, never removed. */
    GUEST,
    /** Hearth fetched it: counted while it is here, removed when the room is needed. */
    FETCHED,
    /** A runtime's: always counted, never removed. */
    KEPT
}
