package dev.hearth.gateway.scheduler;

import dev.hearth.common.units.Bytes;

/**
 * An amount of what a node has for calls.
 *
 * @param slots calls at once
 * @param memory RAM for containers
 * @param scratch RAM for their /tmp
 */
public record Room(int slots, Bytes memory, Bytes scratch) {
    public static final Room NONE = new Room(0, Bytes.ZERO, Bytes.ZERO);

    public Room {
        if (slots < 0) {
            throw new IllegalArgumentException("slots is " + slots + ", must be 0 or more");
        }
    }
}
