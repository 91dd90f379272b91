package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.List;

/**
 * Bounds of a node's pool.
 *
 * @param memory budget for the sum of limits.memory of all containers; above 0
 * @param scratch budget for the sum of limits.disk of all containers; above 0
 * @param images budget for the images that Hearth knows; 0 or more
 * @param slots calls that may run or wait for their container at once; 1 or more
 * @param maxStarts containers under creation at once, one a core; 1 or more
 * @param sharing when calls wait for a container in use
 * @param stemClasses kinds of stem cells kept ready, each once
 * @param growth how stem cells follow demand
 * @param policy which idle containers go first
 * @param startPatience longest time from a create to the runtime's hello; after it the start has failed
 * @param stemBackoff wait before the third start of a stem cell in a row that fails, doubled with each further one
 * @param maxStemBackoff longest such wait; a cell that lived as long counts as sound
 * @param gpus budget for the sum of limits.gpus of all containers; 0 or more
 */
public record PoolLimits(
        Bytes memory,
        Bytes scratch,
        Bytes images,
        int slots,
        int maxStarts,
        Sharing sharing,
        List<StemClass> stemClasses,
        StemGrowth growth,
        EvictionPolicy policy,
        Duration startPatience,
        Duration stemBackoff,
        Duration maxStemBackoff,
        int gpus) {
    public PoolLimits {
        stemClasses = List.copyOf(stemClasses);
        atLeastOne("invoker.memory", memory.value());
        atLeastOne("invoker.scratch", scratch.value());
        atLeastOne("invoker.slots", slots);
        atLeastOne("invoker.starts", maxStarts);
        atLeastOne("start patience in ms", startPatience.toMillis());
        atLeastOne("stem cell back-off in ms", stemBackoff.toMillis());
        atLeastOne("longest stem cell back-off in ms", maxStemBackoff.toMillis());
        for (StemClass one : stemClasses) {
            if (stemClasses.stream().filter(one::sameCells).count() > 1) {
                throw new IllegalArgumentException("stem class " + one.runtime() + " with memory " + one.memory()
                        + " and disk " + one.disk() + " is given twice");
            }
        }
    }

    /** Of a node without graphics processors. */
    public PoolLimits(
            Bytes memory,
            Bytes scratch,
            Bytes images,
            int slots,
            int maxStarts,
            Sharing sharing,
            List<StemClass> stemClasses,
            StemGrowth growth,
            EvictionPolicy policy,
            Duration startPatience,
            Duration stemBackoff,
            Duration maxStemBackoff) {
        this(
                memory,
                scratch,
                images,
                slots,
                maxStarts,
                sharing,
                stemClasses,
                growth,
                policy,
                startPatience,
                stemBackoff,
                maxStemBackoff,
                0);
    }

    /** What all containers together may reserve. */
    Size budget() {
        return new Size(memory.value(), scratch.value(), gpus);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 1 or more");
        }
    }
}
