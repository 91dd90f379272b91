package dev.hearth.gateway.scheduler;

import dev.hearth.common.units.Bytes;
import java.util.OptionalInt;

/**
 * What a call needs of a node, and what makes one node better than another for it; the same for all calls of a revision.
 *
 * @param memory RAM that its container reserves
 * @param scratch size of its /tmp, reserved as well
 * @param runtime runtime whose stem cells can become its container; empty when none can
 * @param image reference or id of its image as nodes report it
 * @param concurrency calls that run in one container at once; 1 or more
 * @param maxContainers containers of the revision over all nodes; empty: bounded by room alone
 * @param needs what only some nodes have
 */
public record Demand(
        Bytes memory,
        Bytes scratch,
        String runtime,
        String image,
        int concurrency,
        OptionalInt maxContainers,
        Needs needs) {
    public Demand {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency is " + concurrency + ", must be 1 or more");
        }
        if (maxContainers.isPresent() && maxContainers.getAsInt() < 1) {
            throw new IllegalArgumentException("maxContainers is " + maxContainers.getAsInt() + ", must be 1 or more");
        }
    }

    /** Of a call that every node can serve that has the room. */
    public Demand(
            Bytes memory, Bytes scratch, String runtime, String image, int concurrency, OptionalInt maxContainers) {
        this(memory, scratch, runtime, image, concurrency, maxContainers, Needs.NONE);
    }

    /** Calls that may be in flight at once: as many as its containers can take. */
    long mostCalls() {
        return maxContainers.isPresent() ? (long) maxContainers.getAsInt() * concurrency : Long.MAX_VALUE;
    }
}
