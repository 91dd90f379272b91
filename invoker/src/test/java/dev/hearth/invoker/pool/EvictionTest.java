package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withDisk;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Remove;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvictionTest {
    private static final Bytes PLENTY = Bytes.ofGiB(64);
    private static final List<Integer> IDLE_GIB = List.of(1, 1, 1, 1, 2, 3, 4, 5, 6, 7);

    @Test
    void ramEvictsTheFewestThatCoverTheRest() {
        assertThat(evictedFor(EvictionPolicy.RAM, 11)).containsExactlyInAnyOrder(4, 7);
    }

    @Test
    void lruEvictsTheLongestIdleUntilItSuffices() {
        assertThat(evictedFor(EvictionPolicy.LRU, 11)).containsExactly(1, 1, 1, 1, 2, 3, 4);
    }

    @Test
    void ramTakesTheSmallestSingleOneThatCovers() {
        assertThat(evictedFor(EvictionPolicy.RAM, 5)).containsExactly(5);
    }

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void victimsThatDoNotAddUpAreLeftAlone(EvictionPolicy policy) {
        assertThat(evictedFor(policy, 32)).isEmpty();
    }

    /** Fills a node with idle containers of these sizes, oldest first, and asks for one more. */
    private static List<Integer> evictedFor(EvictionPolicy policy, int gib) {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofGiB(31), PLENTY, 64, 4, policy, List.of()));
        Map<ContainerId, Integer> sizes = IntStream.range(0, IDLE_GIB.size())
                .boxed()
                .collect(Collectors.toMap(i -> driver.idle(demand("f" + i, 1024L * IDLE_GIB.get(i))), IDLE_GIB::get));
        driver.lease(1, demand("new", 1024L * gib));
        List<Integer> evicted =
                driver.removals().stream().map(sizes::get).collect(Collectors.toCollection(ArrayList::new));
        assertThat(driver.count(ContainerState.IDLE)).isEqualTo(IDLE_GIB.size() - evicted.size());
        return evicted;
    }

    @Test
    void lruCountsFromTheEndOfTheLastCall() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(768), PLENTY, 8, 4));
        Demand a = demand("a", 256);
        ContainerId first = driver.idle(a);
        ContainerId second = driver.idle(demand("b", 256));
        driver.idle(demand("c", 256));
        driver.lease(1, a);
        driver.released(first);
        driver.lease(2, demand("d", 256));
        assertThat(driver.removals()).as("a was used since").containsExactly(second);
    }

    @Test
    void busyContainersAreNeverEvicted() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(512), PLENTY, 8, 4));
        driver.busy(demand("a", 256));
        ContainerId idle = driver.idle(demand("b", 256));
        driver.lease(1, demand("c", 256));
        assertThat(driver.removals()).containsExactly(idle);
    }

    @Test
    void surplusStemCellsGoFirstThenIdleOnesThenTheLastStemCellsThenMinWarm() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(1024), PLENTY, 8, 4, stems(128, 1)));
        Demand precious = withKeepAlive(demand("precious", 256), Duration.ofMinutes(1), 1);
        driver.then(p -> p.adopted(new ContainerId("precious"), precious, 0));
        driver.then(p -> p.adopted(new ContainerId("idle"), demand("idle", 512), 0));
        driver.then(p -> p.adoptedStem(new ContainerId("stem1"), stems(128, 1), 0));
        driver.then(p -> p.adoptedStem(new ContainerId("stem2"), stems(128, 1), 0));
        driver.lease(1, withDisk(demand("whole", 1024), Bytes.ofMiB(1)));
        assertThat(driver.all(Remove.class))
                .containsExactly(
                        new Remove(new ContainerId("stem1"), RemovalReason.SURPLUS_STEM),
                        new Remove(new ContainerId("idle"), RemovalReason.EVICTED_MEMORY),
                        new Remove(new ContainerId("stem2"), RemovalReason.EVICTED_MEMORY),
                        new Remove(new ContainerId("precious"), RemovalReason.EVICTED_MEMORY));
    }

    @Test
    void ramLooksAtScratchWhenOnlyScratchIsShort() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, Bytes.ofMiB(600), 8, 4, EvictionPolicy.RAM, List.of()));
        driver.idle(withDisk(demand("small", 1024), Bytes.ofMiB(100)));
        ContainerId fitting = driver.idle(withDisk(demand("fitting", 512), Bytes.ofMiB(200)));
        driver.idle(withDisk(demand("large", 128), Bytes.ofMiB(300)));
        driver.lease(1, withDisk(demand("new", 64), Bytes.ofMiB(150)));
        assertThat(driver.removals()).containsExactly(fitting);
    }

    @Test
    void ramTakesTheLargestInScratchWhenNoneCovers() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, Bytes.ofMiB(600), 8, 4, EvictionPolicy.RAM, List.of()));
        ContainerId small = driver.idle(withDisk(demand("small", 1024), Bytes.ofMiB(100)));
        driver.idle(withDisk(demand("middle", 512), Bytes.ofMiB(200)));
        ContainerId large = driver.idle(withDisk(demand("large", 128), Bytes.ofMiB(300)));
        driver.lease(1, withDisk(demand("new", 64), Bytes.ofMiB(400)));
        assertThat(driver.removals()).containsExactly(large, small);
    }

    @Test
    void ramAmongEqualsTakesTheLongestIdle() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(768), PLENTY, 8, 4, EvictionPolicy.RAM, List.of()));
        List<ContainerId> ids = driver.idle(demand("a", 256), 3);
        driver.lease(1, demand("b", 256));
        assertThat(driver.removals()).containsExactly(ids.getFirst());
    }

    @Test
    void diskShortageEvictsOneContainerAtRestAndNothingElse() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 4, stems(128, 1)));
        ContainerId stem = driver.stem();
        driver.then(p -> p.evict(stem, 0));
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.EVICTED_DISK);
        assertThat(driver.refill().effects()).as("the image shall go").isEmpty();
        ContainerId busy = driver.busy(demand("a", 256));
        assertThat(driver.then(p -> p.evict(busy, 0)).effects()).isEmpty();
    }

    @Test
    void unknownPolicyIsRefusedByName() {
        assertThat(EvictionPolicy.named("ram")).isEqualTo(EvictionPolicy.RAM);
        assertThatThrownBy(() -> EvictionPolicy.named("random"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'random'")
                .hasMessageContaining("[lru, ram]");
    }
}
