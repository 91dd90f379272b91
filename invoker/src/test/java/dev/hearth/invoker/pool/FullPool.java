package dev.hearth.invoker.pool;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A pool of ten thousand containers that each turn of calls leaves as full as it was.
 *
 * <p>The node around it is perfect: what the pool wants done is done at once, and no timer fires. A turn leases one
 * container and releases another, so that as many calls run after it as before.
 */
final class FullPool {
    static final int CONTAINERS = 10_000;
    static final int RUNNING = 32;
    static final int STEMS = 8;
    private static final int TURNS_A_MILLI = 50;
    private static final int IDS = 1 << 12;
    private static final int MORE_REVISIONS = CONTAINERS + CONTAINERS / 8;
    private static final long LARGEST_MIB = 512;
    /** Memory of containers in MiB, in turn. */
    private static final long[] SIZES = {128, 192, 256, 320, 128, 256, 256, LARGEST_MIB};

    /** What calls find. */
    enum Case {
        /** An idle container of their revision: 500 revisions have 20 containers each. */
        IDLE(EvictionPolicy.LRU, 500, 0),
        /** None of their revision, but a stem cell; the container goes after the call and the cell is replaced. */
        STEM(EvictionPolicy.LRU, MORE_REVISIONS, STEMS),
        /** No room: others must go, the longest idle first. */
        ROOM_LRU(EvictionPolicy.LRU, MORE_REVISIONS, 0),
        /** No room: others must go, the smallest that covers what lacks first. */
        ROOM_RAM(EvictionPolicy.RAM, MORE_REVISIONS, 0);

        private final EvictionPolicy policy;
        private final int revisions;
        private final int stems;

        Case(EvictionPolicy policy, int revisions, int stems) {
            this.policy = policy;
            this.revisions = revisions;
            this.stems = stems;
        }
    }

    private final Case kind;
    private final ContainerPool pool;
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Demand> demands = new ArrayList<>();
    private final List<InvocationId> ids = new ArrayList<>();
    private final ArrayDeque<PoolEffect> effects = new ArrayDeque<>();
    private final List<Grant> running = new ArrayList<>();
    private long now;
    private long leases;
    private long decisions;
    private long removals;

    FullPool(Case kind) {
        this.kind = kind;
        for (int i = 0; i < kind.revisions; i++) {
            demands.add(demand(i));
        }
        for (int i = 0; i < IDS; i++) {
            ids.add(new InvocationId(randomId()));
        }
        pool = new ContainerPool(limits(), "t");
        fill();
        apply(pool.refill(now));
        for (int i = 0; i < RUNNING; i++) {
            lease();
        }
    }

    private Demand demand(int number) {
        Demand named = Samples.demand("f" + number, SIZES[number % SIZES.length]);
        return new Demand(
                new RevisionId(randomId()),
                named.label(),
                named.runtime(),
                named.image(),
                named.terms(),
                named.memory(),
                named.disk(),
                named.fromStemCell(),
                named.keepAlive(),
                named.minWarm(),
                named.concurrency(),
                named.maxContainers());
    }

    /** Scattered, as those of a real node are. */
    private SortableId randomId() {
        return new SortableId(random.nextLong() >>> 1, random.nextLong());
    }

    private PoolLimits limits() {
        long memory = 0;
        for (int i = 0; i < CONTAINERS; i++) {
            memory += demands.get(i % kind.revisions).memory().value();
        }
        if (kind.stems > 0) {
            memory += (RUNNING + 2 * kind.stems) * Bytes.ofMiB(LARGEST_MIB).value();
        }
        StemClass cells = Samples.stems(LARGEST_MIB, kind.stems);
        PoolLimits limits =
                Samples.limits(new Bytes(memory), Bytes.ofGiB(1024), 2 * RUNNING, 4, kind.policy, List.of(cells));
        return Samples.growing(limits, new StemGrowth(kind.stems, Duration.ofMinutes(5), 3, 8, Set.of()));
    }

    private void fill() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            numbers.add(i % kind.revisions);
        }
        if (kind == Case.IDLE) {
            Collections.shuffle(numbers, new Random(1));
        }
        for (int i = 0; i < CONTAINERS; i++) {
            pool.adopted(new ContainerId("old-" + i), demands.get(numbers.get(i)), now);
        }
    }

    /** One call comes and another one ends. */
    void turn() {
        now = leases / TURNS_A_MILLI;
        lease();
        int ended = random.nextInt(running.size());
        Grant over = running.get(ended);
        running.set(ended, running.getLast());
        running.removeLast();
        decisions++;
        apply(pool.released(over.container(), over.call(), kind != Case.STEM, now));
    }

    private void lease() {
        Demand wanted = wanted();
        InvocationId id = ids.get((int) leases & (IDS - 1));
        leases++;
        decisions++;
        apply(pool.lease(new CallKey(id, 1), wanted, now));
    }

    private Demand wanted() {
        return switch (kind) {
            case IDLE -> demands.get(random.nextInt(demands.size()));
            case STEM -> demands.get(CONTAINERS + (int) (leases % (demands.size() - CONTAINERS)));
            // The round is longer than the pool is large, so that the next of it was evicted before.
            case ROOM_LRU, ROOM_RAM -> demands.get((int) ((CONTAINERS + leases) % demands.size()));
        };
    }

    private void apply(List<PoolEffect> decided) {
        effects.addAll(decided);
        for (PoolEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
            effects.addAll(answer(effect));
        }
    }

    private List<PoolEffect> answer(PoolEffect effect) {
        switch (effect) {
            case Grant grant -> {
                running.add(grant);
                return List.of();
            }
            case PoolEffect.ArmTimer timer -> {
                return List.of();
            }
            case PoolEffect.Create create -> {
                decisions++;
                return pool.started(create.container(), now);
            }
            case PoolEffect.Initialise initialise -> {
                decisions++;
                List<PoolEffect> granted = pool.initialised(initialise.container(), now);
                if (kind != Case.STEM) {
                    return granted;
                }
                decisions++;
                return Stream.concat(granted.stream(), pool.replenish(now).stream())
                        .toList();
            }
            case PoolEffect.Remove remove -> {
                decisions++;
                removals++;
                return pool.removed(remove.container(), now);
            }
            case PoolEffect.Refuse refuse -> throw new IllegalStateException(refuse.reason());
            case PoolEffect.Fail fail -> throw new IllegalStateException(fail.reason());
            case PoolEffect.ImageFailed failed -> throw new IllegalStateException(failed.reason());
            case PoolEffect.FetchImage fetch -> throw new IllegalStateException("all images are here: " + fetch);
            case PoolEffect.RemoveImage remove -> throw new IllegalStateException("all images stay: " + remove);
        }
    }

    /** Inputs that the pool has decided on since it was full; each is one decision. */
    long decisions() {
        return decisions;
    }

    long removals() {
        return removals;
    }

    /**
     * Counts again.
     *
     * @throws IllegalStateException when the pool is not as full as it should be
     */
    void check() {
        pool.check();
        PoolSnapshot seen = pool.snapshot();
        int stems = seen.containers().getOrDefault(ContainerState.STEM, 0);
        int busy = seen.containers().getOrDefault(ContainerState.BUSY, 0);
        int idle = seen.containers().getOrDefault(ContainerState.IDLE, 0);
        boolean full = Math.abs(idle + busy - CONTAINERS) <= CONTAINERS / 100;
        if (!full || stems != kind.stems || busy != RUNNING || running.size() != RUNNING) {
            throw new IllegalStateException(kind + " is not as full as it should be: " + seen.containers());
        }
    }
}
