package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/** The sentences that tell a caller why the node has no room, with the numbers compared. */
final class Refusals {
    private Refusals() {}

    static String draining() {
        return "the node is draining and takes no more calls";
    }

    static String noSlot(Calls calls, int slots) {
        return "no slot is free: " + calls.slotsUsed() + " of " + slots + " are taken by calls that run or wait";
    }

    static String full(RevisionContainers revision) {
        return revision + " has " + revision.live() + " containers on this node, its limits.maxContainers is "
                + revision.demand.maxContainers().orElseThrow();
    }

    static String noDisk(RevisionContainers revision, StoredImage image, ImageShelf images) {
        return revision + " needs image " + image.name + ", " + new Bytes(image.bytes)
                + "; free of the node's disk for images are "
                + new Bytes(Math.max(0, -images.excess())) + " of " + new Bytes(images.budget())
                + ", and what may be removed does not add up to the rest";
    }

    static String noRoom(RevisionContainers revision, Room room) {
        return revision + " needs " + revision.size + "; free are " + room.open() + ", evictable are "
                + room.evictable() + " of " + room.budget;
    }
}
