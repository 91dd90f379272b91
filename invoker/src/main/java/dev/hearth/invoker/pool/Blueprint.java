package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/** What a container is created from: a revision's demand, or a stem class, whose container gets its code later. */
public sealed interface Blueprint permits Demand, StemClass {
    /** The runtime, or the word of a {@link dev.hearth.common.function.Contract}. */
    String runtime();

    /** Reference or id of the image as the engine knows it. */
    String image();

    /** Memory reserved for the container. */
    Bytes memory();

    /** Scratch (size of /tmp) reserved for the container. */
    Bytes disk();

    /** Graphics processors reserved for the container. */
    int gpus();
}
