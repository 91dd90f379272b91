package dev.hearth.gateway.scheduler;

/**
 * Tournament tree over the free room of the nodes; finds the first node where a demand fits.
 *
 * <p>Each inner place holds the largest slots, memory and scratch below it, each for itself. So a place may promise
 * what none of its leaves has; the search then goes on to its right. In practice that is rare, and the search takes a
 * time that grows with the logarithm of the nodes.
 */
final class RoomTree {
    private final int size;
    private final int leaves;
    private final long[] slots;
    private final long[] memory;
    private final long[] scratch;

    RoomTree(int size) {
        this.size = size;
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, size) * 2 - 1));
        slots = new long[2 * leaves];
        memory = new long[2 * leaves];
        scratch = new long[2 * leaves];
    }

    void set(int node, long freeSlots, long freeMemory, long freeScratch) {
        int place = node + leaves;
        // A node that lacks one of the three takes no call, so that what it has of the others promises nothing above
        // it.
        boolean takesAny = freeSlots > 0 && freeMemory >= 0 && freeScratch >= 0;
        if (takesAny) {
            put(place, freeSlots, freeMemory, freeScratch);
        } else {
            put(place, 0, -1, -1);
        }
        boolean changed = true;
        while (changed && place > 1) {
            place >>= 1;
            int left = 2 * place;
            int right = left + 1;
            changed = put(
                    place,
                    Math.max(slots[left], slots[right]),
                    Math.max(memory[left], memory[right]),
                    Math.max(scratch[left], scratch[right]));
        }
    }

    private boolean put(int place, long freeSlots, long freeMemory, long freeScratch) {
        boolean changed = slots[place] != freeSlots || memory[place] != freeMemory || scratch[place] != freeScratch;
        slots[place] = freeSlots;
        memory[place] = freeMemory;
        scratch[place] = freeScratch;
        return changed;
    }

    /** Whether a call with the demand fits on the node. */
    boolean fits(int node, long memoryDemand, long scratchDemand) {
        return promises(node + leaves, memoryDemand, scratchDemand);
    }

    /** The first node from {@code from} up where the demand fits, or {@link Candidates#NONE}. */
    int next(int from, long memoryDemand, long scratchDemand) {
        if (from >= size) {
            return Candidates.NONE;
        }
        int place = from == 0 ? 1 : from + leaves;
        while (place != 0) {
            if (!promises(place, memoryDemand, scratchDemand)) {
                place = rightOf(place);
            } else if (place >= leaves) {
                return place - leaves;
            } else {
                place *= 2;
            }
        }
        return Candidates.NONE;
    }

    /** The place right of this one and of all below it; 0 after the last. */
    private static int rightOf(int place) {
        int upper = place >> Integer.numberOfTrailingZeros(~place);
        return upper == 0 ? 0 : upper + 1;
    }

    private boolean promises(int place, long memoryDemand, long scratchDemand) {
        return slots[place] > 0 && memory[place] >= memoryDemand && scratch[place] >= scratchDemand;
    }
}
