package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/** What the actor tells the pool of the node's images. */
public sealed interface ImageNews {
    /**
     * It was seen on the node's engine.
     *
     * @param lastUse of one that an earlier life fetched, on the clock that feeds the pool
     */
    record Found(String image, Bytes size, ImageKind kind, long lastUse) implements ImageNews {}

    /** It was fetched without a call that asked for it: a function was registered. */
    record Came(String image, Bytes size) implements ImageNews {}

    /**
     * The fetch that the pool asked for succeeded.
     *
     * @param kind GUEST when the engine had it all the time
     */
    record Fetched(String image, Bytes size, ImageKind kind) implements ImageNews {}

    /** The fetch that the pool asked for failed: all calls that wait for it fail, the next one tries again. */
    record FetchFailed(String image, String reason) implements ImageNews {}

    /** It is no longer on the node's engine, or others hold it now: its room is free. */
    record Removed(String image) implements ImageNews {}

    /** It could not be removed and stays for now. */
    record Stays(String image) implements ImageNews {}

    /** Somebody else removed it. */
    record Gone(String image) implements ImageNews {}

    /** The engine did not find the image of a container that it was to create. */
    record Missing(ContainerId container, String reason) implements ImageNews {}
}
