package dev.hearth.invoker.pool;

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

    static String noRoom(RevisionContainers revision, Room room) {
        return revision + " needs " + revision.size + "; free are " + room.open() + ", evictable are "
                + room.evictable() + " of " + room.budget;
    }
}
