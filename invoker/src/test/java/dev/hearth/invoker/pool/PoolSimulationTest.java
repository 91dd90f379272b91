package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.growing;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.sharing;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withConcurrency;
import static dev.hearth.invoker.pool.Samples.withDisk;
import static dev.hearth.invoker.pool.Samples.withGpus;
import static dev.hearth.invoker.pool.Samples.withGuest;
import static dev.hearth.invoker.pool.Samples.withImage;
import static dev.hearth.invoker.pool.Samples.withImages;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static dev.hearth.invoker.pool.Samples.withMaxContainers;
import static dev.hearth.invoker.pool.Samples.withoutStemCells;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.FakeCalls.End;
import dev.hearth.invoker.pool.PoolSimulation.Weather;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolSimulationTest {
    /** More with {@code -Dhearth.simulation.seeds=500}. */
    private static final int SEEDS = Integer.getInteger("hearth.simulation.seeds", 10);

    private static final int CALLS = 1_000;
    private static final Duration LONGEST_RUN = Duration.ofMillis(600);
    private static final Duration SHORT_WAIT = Duration.ofMillis(200);
    private static final Weather FAIR = new Weather(0, 0, 0, 0, false);
    private static final Weather ROUGH = new Weather(8, 10, 2, 10, false);
    private static final Weather STORM = new Weather(40, 40, 10, 60, false);
    private static final Weather ROUGH_WITH_KILLS = new Weather(8, 10, 2, 10, true);
    private static final Weather STORM_WITH_KILLS = new Weather(40, 40, 10, 60, true);

    private static final List<Demand> DEMANDS = List.of(
            demand("small", 64),
            demand("large", 700),
            withKeepAlive(demand("brief", 128), Duration.ZERO, 0),
            withKeepAlive(demand("short", 128), Duration.ofMillis(300), 0),
            withKeepAlive(demand("kept", 96), Duration.ofSeconds(2), 2),
            withMaxContainers(demand("narrow", 200), 1),
            withoutStemCells(demand("net", 128)),
            withConcurrency(demand("crowd", 128), 4),
            withConcurrency(withMaxContainers(withKeepAlive(demand("pair", 96), Duration.ofMillis(300), 1), 2), 2),
            withDisk(demand("wide", 64), Bytes.ofMiB(300)),
            withGpus(demand("graphics", 96), 1),
            withGpus(withKeepAlive(demand("film", 128), Duration.ofSeconds(2), 1), 2));

    private static final List<Demand> WITH_IMAGES = List.of(
            demand("small", 64),
            withKeepAlive(demand("kept", 96), Duration.ofSeconds(2), 2),
            withImage(demand("a", 64), "a", 300),
            withImage(demand("also-a", 128), "a", 300),
            withImage(withKeepAlive(demand("b", 96), Duration.ofSeconds(5), 1), "b", 200),
            withImage(withKeepAlive(demand("c", 700), Duration.ofMillis(300), 0), "c", 150),
            withImage(demand("d", 64), "d", 500),
            withGuest(demand("guest", 64), "guest", 250));

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void everyCallEndsOnceInFairWeather(EvictionPolicy policy) {
        Map<End, Integer> ends = runAll(FAIR, policy);
        assertThat(ends).doesNotContainKeys(End.FAILED, End.DIED);
        assertThat(ends.get(End.RETURNED)).isGreaterThan(ends.get(End.REFUSED));
    }

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void everyCallEndsOnceInRoughWeather(EvictionPolicy policy) {
        assertThat(runAll(ROUGH, policy)).containsKeys(End.values());
    }

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void everyCallEndsOnceInAStorm(EvictionPolicy policy) {
        assertThat(runAll(STORM, policy)).containsKeys(End.values());
    }

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void everyCallEndsOnceWhenRunningOnesAreCancelledToo(EvictionPolicy policy) {
        assertThat(runAll(ROUGH_WITH_KILLS, policy)).containsKeys(End.values());
        assertThat(runAll(STORM_WITH_KILLS, policy)).containsKeys(End.values());
    }

    @Test
    void imagesComeAndGoInFairWeather() {
        assertThat(runWithImages(FAIR)).doesNotContainKeys(End.FAILED, End.DIED).containsKey(End.RETURNED);
    }

    @Test
    void imagesComeAndGoInRoughWeather() {
        assertThat(runWithImages(ROUGH)).containsKeys(End.values());
    }

    @Test
    void imagesComeAndGoInAStorm() {
        assertThat(runWithImages(STORM)).containsKeys(End.values());
    }

    @Test
    void imagesComeAndGoWhenRunningCallsAreCancelledToo() {
        assertThat(runWithImages(ROUGH_WITH_KILLS)).containsKeys(End.values());
        assertThat(runWithImages(STORM_WITH_KILLS)).containsKeys(End.values());
    }

    /** From a disk that holds two of the images to one that holds nearly all. */
    private static Map<End, Integer> runWithImages(Weather weather) {
        Map<End, Integer> ends = new EnumMap<>(End.class);
        int fetches = 0;
        int removals = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            EvictionPolicy policy = seed % 2 == 0 ? EvictionPolicy.LRU : EvictionPolicy.RAM;
            PoolSimulation simulation = run(seed, weather, policy, WITH_IMAGES);
            simulation.calls().ends().forEach((end, count) -> ends.merge(end, count, Integer::sum));
            fetches += simulation.disk().fetches();
            removals += simulation.disk().removals();
        }
        assertThat(fetches).as("images fetched").isGreaterThan(SEEDS);
        assertThat(removals).as("images removed").isGreaterThan(SEEDS);
        return ends;
    }

    @Test
    void sameSeedGivesTheSameRun() {
        PoolSimulation first = run(42, ROUGH, EvictionPolicy.LRU);
        PoolSimulation second = run(42, ROUGH, EvictionPolicy.LRU);
        assertThat(second.trace()).isEqualTo(first.trace());
        assertThat(second.events()).isEqualTo(first.events()).isGreaterThan(2_000);
    }

    private static Map<End, Integer> runAll(Weather weather, EvictionPolicy policy) {
        Map<End, Integer> ends = new EnumMap<>(End.class);
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed, weather, policy).calls().ends().forEach((end, count) -> ends.merge(end, count, Integer::sum));
        }
        return ends;
    }

    /** Room, slots and stem cells vary with the seed, from a node that fits two containers to one that fits many. */
    private static PoolSimulation run(long seed, Weather weather, EvictionPolicy policy) {
        return run(seed, weather, policy, DEMANDS);
    }

    private static PoolSimulation run(long seed, Weather weather, EvictionPolicy policy, List<Demand> demands) {
        PoolLimits limits = limits(
                Bytes.ofMiB(768L * (1 + seed % 4)),
                Bytes.ofMiB(384L * (1 + seed % 3)),
                4 + (int) (seed % 13),
                1 + (int) (seed % 3),
                policy,
                seed % 5 == 0 ? List.of() : List.of(stems(128, 2), stems(256, (int) (seed % 2))));
        boolean shares = seed % 2 == 0;
        PoolLimits shared = shares ? sharing(limits, 1 + (int) (seed % 3), LONGEST_RUN, SHORT_WAIT) : limits;
        StemGrowth growth = new StemGrowth(
                (int) (seed % 4), Duration.ofSeconds(1 + 10 * (seed % 3)), 2, (int) (seed % 3), Set.of());
        PoolSimulation simulation = new PoolSimulation(
                seed,
                weather,
                withGpus(withImages(growing(shared, growth), Bytes.ofMiB(500 + 200 * (seed % 4))), (int) (seed % 4)),
                demands);
        try {
            simulation.run(CALLS);
            return simulation;
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError(
                    "seed " + seed + " of " + weather + " with " + policy + " after " + simulation.events()
                            + " events, of which the last:\n" + simulation.trace(),
                    failure);
        }
    }
}
