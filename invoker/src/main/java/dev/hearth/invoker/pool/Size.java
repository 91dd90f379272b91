package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/**
 * A reservation, in bytes.
 *
 * @param memory of limits.memory
 * @param scratch of limits.disk
 */
record Size(long memory, long scratch) implements Comparable<Size> {
    static final Size NONE = new Size(0, 0);

    static Size of(Blueprint blueprint) {
        return new Size(blueprint.memory().value(), blueprint.disk().value());
    }

    boolean isNone() {
        return memory == 0 && scratch == 0;
    }

    boolean covers(Size other) {
        return memory >= other.memory && scratch >= other.scratch;
    }

    Size plus(Size other) {
        return new Size(memory + other.memory, scratch + other.scratch);
    }

    Size least(Size other) {
        return new Size(Math.min(memory, other.memory), Math.min(scratch, other.scratch));
    }

    @Override
    public int compareTo(Size other) {
        int order = Long.compare(memory, other.memory);
        return order != 0 ? order : Long.compare(scratch, other.scratch);
    }

    @Override
    public String toString() {
        return new Bytes(memory) + " of memory and " + new Bytes(scratch) + " of scratch";
    }
}
