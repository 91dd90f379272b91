package dev.hearth.gateway.scheduler;

import dev.hearth.common.units.Bytes;

/**
 * An amount of what a node has for calls.
 *
 * @param slots calls at once
 * @param memory RAM for containers
 * @param scratch RAM for their /tmp
 * @param gpus graphics processors
 */
public record Room(int slots, Bytes memory, Bytes scratch, int gpus) {
    public static final Room NONE = new Room(0, Bytes.ZERO, Bytes.ZERO, 0);

    public Room {
        if (slots < 0 || gpus < 0) {
            throw new IllegalArgumentException("slots is " + slots + " and gpus " + gpus + ", must be 0 or more");
        }
    }

    /** Without graphics processors. */
    public Room(int slots, Bytes memory, Bytes scratch) {
        this(slots, memory, scratch, 0);
    }
}
