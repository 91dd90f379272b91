package dev.hearth.gateway.registry;

import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import java.util.Optional;

/** How much the largest nodes of the cluster have, busy or not. */
@FunctionalInterface
public interface Capacity {
    /** Over the nodes that have the labels; empty while none of them is known: then nothing is refused. */
    Optional<Largest> largest(NodeLabels required);

    /**
     * The largest budget of each kind over these nodes.
     *
     * @param memory RAM for containers
     * @param scratch RAM for their /tmp
     * @param disk room for images and unpacked code
     * @param image room for one image
     * @param gpus graphics processors
     */
    record Largest(Bytes memory, Bytes scratch, Bytes disk, Bytes image, long gpus) {}
}
