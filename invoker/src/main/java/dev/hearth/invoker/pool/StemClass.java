package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/**
 * A kind of stem cell (started runtime without code) and how many of it stand ready whatever the demand.
 *
 * @param runtime the runtime
 * @param image its image
 * @param memory the largest limits.memory it covers, reserved until a revision takes the cell
 * @param fixed whether that is the only one: a runtime that sized its heap for it at its start would outgrow a lower limit
 * @param disk the limits.disk it covers, which must be equal: a tmpfs is not resized
 * @param base cells kept ready without any demand; 0 in a class that demand made
 */
public record StemClass(String runtime, String image, Bytes memory, boolean fixed, Bytes disk, int base)
        implements Blueprint {
    /** Far above what a node can hold; a larger number is a slip. */
    public static final int MAX_BASE = 1_000;

    public StemClass {
        if (base < 0 || base > MAX_BASE) {
            throw new IllegalArgumentException(
                    "stem cells of " + runtime + ": base is " + base + ", must be 0 to " + MAX_BASE);
        }
    }

    /** Devices come with a container's creation, when nobody knows yet who will want them. */
    @Override
    public int gpus() {
        return 0;
    }

    /** The class that demand would make for the revision: its exact memory where that is fixed, else a power of two. */
    static StemClass neededBy(Demand demand, boolean fixed) {
        long memory = demand.memory().value();
        long least = Long.highestOneBit(memory);
        Bytes rounded = new Bytes(fixed || least == memory ? memory : 2 * least);
        return new StemClass(demand.runtime(), demand.image(), rounded, fixed, demand.disk(), 0);
    }

    /** Whether a cell of this class can become a container of the revision. */
    boolean covers(Demand demand) {
        return demand.fromStemCell()
                && (fixed ? memory.equals(demand.memory()) : memory.compareTo(demand.memory()) >= 0)
                && disk.equals(demand.disk())
                && runtime.equals(demand.runtime())
                && image.equals(demand.image());
    }

    /** Whether both describe the same cells, whatever their number. */
    boolean sameCells(StemClass other) {
        return memory.equals(other.memory)
                && disk.equals(other.disk)
                && runtime.equals(other.runtime)
                && image.equals(other.image);
    }
}
