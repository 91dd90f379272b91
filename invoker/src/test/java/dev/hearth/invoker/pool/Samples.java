package dev.hearth.invoker.pool;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Small values that tests start from. */
final class Samples {
    static final String RUNTIME = "python3";
    static final String IMAGE = "hearth/python3";
    static final Bytes DISK = Bytes.ofMiB(64);

    private Samples() {}

    static CallKey call(long number) {
        return new CallKey(new InvocationId(new SortableId(0, number)), 1);
    }

    static Demand demand(String name, long memoryMiB) {
        return new Demand(
                new RevisionId(new SortableId(1, name.hashCode())),
                name + "@1",
                RUNTIME,
                IMAGE,
                ImageTerms.LOCAL,
                Bytes.ofMiB(memoryMiB),
                DISK,
                true,
                Duration.ofMinutes(10),
                0,
                1,
                OptionalInt.empty());
    }

    static Demand withDisk(Demand d, Bytes disk) {
        return new Demand(
                d.revision(),
                d.label(),
                d.runtime(),
                d.image(),
                d.terms(),
                d.memory(),
                disk,
                d.fromStemCell(),
                d.keepAlive(),
                d.minWarm(),
                d.concurrency(),
                d.maxContainers());
    }

    static Demand withKeepAlive(Demand d, Duration keepAlive, int minWarm) {
        return new Demand(
                d.revision(),
                d.label(),
                d.runtime(),
                d.image(),
                d.terms(),
                d.memory(),
                d.disk(),
                d.fromStemCell(),
                keepAlive,
                minWarm,
                d.concurrency(),
                d.maxContainers());
    }

    /** Of an image that can be fetched. */
    static Demand withImage(Demand d, String image, long mib) {
        return with(d, image, new ImageTerms(Bytes.ofMiB(mib), true));
    }

    /** Of an image that somebody else brought to the node. */
    static Demand withGuest(Demand d, String image, long mib) {
        return with(d, image, new ImageTerms(Bytes.ofMiB(mib), false));
    }

    private static Demand with(Demand d, String image, ImageTerms terms) {
        return new Demand(
                d.revision(),
                d.label(),
                "http",
                image,
                terms,
                d.memory(),
                d.disk(),
                false,
                d.keepAlive(),
                d.minWarm(),
                d.concurrency(),
                d.maxContainers());
    }

    static Demand withMaxContainers(Demand d, int maxContainers) {
        return new Demand(
                d.revision(),
                d.label(),
                d.runtime(),
                d.image(),
                d.terms(),
                d.memory(),
                d.disk(),
                d.fromStemCell(),
                d.keepAlive(),
                d.minWarm(),
                d.concurrency(),
                OptionalInt.of(maxContainers));
    }

    static Demand withConcurrency(Demand d, int concurrency) {
        return new Demand(
                d.revision(),
                d.label(),
                d.runtime(),
                d.image(),
                d.terms(),
                d.memory(),
                d.disk(),
                d.fromStemCell(),
                d.keepAlive(),
                d.minWarm(),
                concurrency,
                d.maxContainers());
    }

    static Demand withoutStemCells(Demand d) {
        return new Demand(
                d.revision(),
                d.label(),
                d.runtime(),
                d.image(),
                d.terms(),
                d.memory(),
                d.disk(),
                false,
                d.keepAlive(),
                d.minWarm(),
                d.concurrency(),
                d.maxContainers());
    }

    /** Of a function whose containers have graphics processors; no stem cell has any. */
    static Demand withGpus(Demand d, int gpus) {
        return new Demand(
                d.revision(),
                d.label(),
                d.runtime(),
                d.image(),
                d.terms(),
                d.memory(),
                d.disk(),
                false,
                d.keepAlive(),
                d.minWarm(),
                d.concurrency(),
                d.maxContainers(),
                gpus);
    }

    static PoolLimits withGpus(PoolLimits l, int gpus) {
        return new PoolLimits(
                l.memory(),
                l.scratch(),
                l.images(),
                l.slots(),
                l.maxStarts(),
                l.sharing(),
                l.stemClasses(),
                l.growth(),
                l.policy(),
                l.startPatience(),
                l.stemBackoff(),
                l.maxStemBackoff(),
                gpus);
    }

    static StemClass stems(long memoryMiB, int base) {
        return new StemClass(RUNTIME, IMAGE, Bytes.ofMiB(memoryMiB), false, DISK, base);
    }

    static PoolLimits limits(Bytes memory, Bytes scratch, int slots, int maxStarts, StemClass... classes) {
        return limits(memory, scratch, slots, maxStarts, EvictionPolicy.LRU, List.of(classes));
    }

    static PoolLimits sharing(PoolLimits l, int spread, Duration run, Duration wait) {
        return new PoolLimits(
                l.memory(),
                l.scratch(),
                l.images(),
                l.slots(),
                l.maxStarts(),
                new Sharing(spread, run, wait),
                l.stemClasses(),
                l.growth(),
                l.policy(),
                l.startPatience(),
                l.stemBackoff(),
                l.maxStemBackoff(),
                l.gpus());
    }

    static PoolLimits withImages(PoolLimits l, Bytes images) {
        return new PoolLimits(
                l.memory(),
                l.scratch(),
                images,
                l.slots(),
                l.maxStarts(),
                l.sharing(),
                l.stemClasses(),
                l.growth(),
                l.policy(),
                l.startPatience(),
                l.stemBackoff(),
                l.maxStemBackoff(),
                l.gpus());
    }

    static PoolLimits growing(PoolLimits l, StemGrowth growth) {
        return new PoolLimits(
                l.memory(),
                l.scratch(),
                l.images(),
                l.slots(),
                l.maxStarts(),
                l.sharing(),
                l.stemClasses(),
                growth,
                l.policy(),
                l.startPatience(),
                l.stemBackoff(),
                l.maxStemBackoff(),
                l.gpus());
    }

    static PoolLimits limits(
            Bytes memory, Bytes scratch, int slots, int maxStarts, EvictionPolicy policy, List<StemClass> classes) {
        return new PoolLimits(
                memory,
                scratch,
                Bytes.ofGiB(1),
                slots,
                maxStarts,
                new Sharing(3, Duration.ofMillis(2), Duration.ofMillis(10)),
                classes,
                StemGrowth.NONE,
                policy,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
    }
}
