package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/**
 * A reservation.
 *
 * @param memory of limits.memory, in bytes
 * @param scratch of limits.disk, in bytes
 * @param gpus graphics processors
 */
record Size(long memory, long scratch, long gpus) implements Comparable<Size> {
    static final Size NONE = new Size(0, 0, 0);

    static Size of(Blueprint blueprint) {
        return new Size(blueprint.memory().value(), blueprint.disk().value(), blueprint.gpus());
    }

    boolean isNone() {
        return memory == 0 && scratch == 0 && gpus == 0;
    }

    boolean covers(Size other) {
        return memory >= other.memory && scratch >= other.scratch && gpus >= other.gpus;
    }

    Size plus(Size other) {
        return new Size(memory + other.memory, scratch + other.scratch, gpus + other.gpus);
    }

    Size least(Size other) {
        return new Size(Math.min(memory, other.memory), Math.min(scratch, other.scratch), Math.min(gpus, other.gpus));
    }

    @Override
    public int compareTo(Size other) {
        int byMemory = Long.compare(memory, other.memory);
        int byScratch = byMemory != 0 ? byMemory : Long.compare(scratch, other.scratch);
        return byScratch != 0 ? byScratch : Long.compare(gpus, other.gpus);
    }

    @Override
    public String toString() {
        String bytes = new Bytes(memory) + " of memory and " + new Bytes(scratch) + " of scratch";
        return gpus == 0 ? bytes : bytes + " and " + gpus + " gpus";
    }
}
