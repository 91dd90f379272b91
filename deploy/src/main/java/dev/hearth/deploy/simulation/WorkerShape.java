package dev.hearth.deploy.simulation;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.EvictionPolicy;
import dev.hearth.invoker.pool.PoolLimits;
import dev.hearth.invoker.pool.Sharing;
import dev.hearth.invoker.pool.StemClass;
import dev.hearth.invoker.pool.StemGrowth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What every worker of a simulated cluster is like.
 *
 * @param memory {@code invoker.memory}
 * @param scratch {@code invoker.scratch}
 * @param images room for images, runtimes' included
 * @param slots {@code invoker.slots}
 * @param starts {@code invoker.starts}
 * @param eviction {@code invoker.eviction}
 * @param stems {@code stems.RUNTIME}: stem cells kept without demand, by runtime
 * @param mostStems {@code stems.most}: stem cells of a class that demand makes wanted; 0: demand changes nothing
 */
public record WorkerShape(
        Bytes memory,
        Bytes scratch,
        Bytes images,
        int slots,
        int starts,
        EvictionPolicy eviction,
        Map<String, Integer> stems,
        int mostStems) {
    /** Memory of a stem cell, as {@code stems.memory} has it where nothing is set. */
    private static final Bytes STEM_MEMORY = Bytes.ofMiB(256);

    private static final String SIZED_AT_START = "java";
    private static final Duration SETTLE = Duration.ofMinutes(5);
    private static final int LEARN = 3;
    private static final int CLASSES = 8;

    public WorkerShape {
        stems = Map.copyOf(stems);
    }

    /** Functions so brief, in the mean, take turns in the containers in use. */
    static final Duration SHARED_RUN = Duration.ofMillis(2);

    PoolLimits limits(Bytes scratchOfFunction) {
        return new PoolLimits(
                memory,
                scratch,
                images,
                slots,
                starts,
                new Sharing(starts + 1, SHARED_RUN, Duration.ofMillis(10)),
                stemClasses(scratchOfFunction),
                new StemGrowth(mostStems, SETTLE, LEARN, CLASSES, Set.of(SIZED_AT_START)),
                eviction,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
    }

    private List<StemClass> stemClasses(Bytes disk) {
        List<StemClass> classes = new ArrayList<>();
        new TreeMap<>(stems).forEach((runtime, count) -> {
            if (count > 0) {
                boolean fixed = runtime.equals(SIZED_AT_START);
                classes.add(new StemClass(runtime, FunctionTerms.imageOf(runtime), STEM_MEMORY, fixed, disk, count));
            }
        });
        return classes;
    }

    /** Whether there are stem cells at all. */
    boolean hasStems() {
        return mostStems > 0 || stems.values().stream().anyMatch(count -> count > 0);
    }
}
