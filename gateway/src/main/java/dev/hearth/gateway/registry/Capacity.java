package dev.hearth.gateway.registry;

import dev.hearth.common.units.Bytes;
import java.util.Optional;

/** How much the largest nodes of the cluster have, busy or not. */
@FunctionalInterface
public interface Capacity {
    /** Empty while no node is known: then nothing is refused. */
    Optional<Largest> largest();

    /**
     * The largest budget of each kind over all nodes.
     *
     * @param memory RAM for containers
     * @param scratch RAM for their /tmp
     * @param disk room for images and unpacked code
     * @param image room for one image
     */
    record Largest(Bytes memory, Bytes scratch, Bytes disk, Bytes image) {}
}
