package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.growing;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withDisk;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** First calls of ever new functions come at random; the engine is sound, but slow. */
class StemGrowthSimulationTest {
    private static final int SETTLE = 120_000;
    private static final int MINUTE = 60_000;
    private static final int END = 6 * MINUTE;
    private static final int BEAT = 2_000;
    private static final double CALLS_A_SECOND = 2;
    private static final StemClass CONFIGURED = stems(256, 1);

    private static final StemGrowth GROWTH = new StemGrowth(8, Duration.ofMillis(SETTLE), 3, 4, Set.of());

    private record Event(long at, long order, Function<ContainerPool, List<PoolEffect>> input) {}

    private static final class World {
        private final PriorityQueue<Event> agenda =
                new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
        private final Random random;
        private final ContainerPool pool;
        private long order;
        private long now;
        private int prewarmed;
        private int all;

        World(long seed, StemGrowth growth) {
            random = new Random(seed);
            pool = new ContainerPool(growing(limits(Bytes.ofGiB(16), Bytes.ofGiB(16), 64, 2, CONFIGURED), growth), "w");
        }

        void play() {
            long at = 0;
            for (int i = 0; at < END; i++) {
                Demand demand = withKeepAlive(demand("f" + i, 100), Duration.ofSeconds(1), 0);
                Demand asked = random.nextBoolean() ? demand : withDisk(demand, Bytes.ofMiB(8));
                int number = i;
                at(at, p -> p.lease(call(number), asked, now));
                at += (long) (-1_000 / CALLS_A_SECOND * Math.log(1 - random.nextDouble()));
            }
            for (long beat = 0; beat < END + 2 * SETTLE + MINUTE; beat += BEAT) {
                at(beat, p -> p.refill(now));
            }
            for (Event event = agenda.poll(); event != null; event = agenda.poll()) {
                now = event.at();
                List<PoolEffect> effects = event.input().apply(pool);
                pool.check();
                effects.forEach(this::apply);
            }
        }

        double share() {
            return (double) prewarmed / all;
        }

        private void apply(PoolEffect effect) {
            switch (effect) {
                case PoolEffect.Create e -> at(now + 300 + random.nextInt(200), p -> p.started(e.container(), now));
                case PoolEffect.Initialise e -> {
                    at(now + 20, p -> p.initialised(e.container(), now));
                    at(now + 70, p -> p.replenish(now));
                }
                case PoolEffect.Remove e -> at(now + 100, p -> p.removed(e.container(), now));
                case PoolEffect.ArmTimer e ->
                    at(now + e.delay().toMillis(), p -> p.timer(e.container(), e.generation(), now));
                case PoolEffect.Grant e -> {
                    all += now > MINUTE ? 1 : 0;
                    prewarmed += now > MINUTE && e.start() == StartKind.PREWARMED ? 1 : 0;
                    at(now + 50, p -> p.released(e.container(), e.call(), true, now));
                }
                case PoolEffect.Refuse e -> throw new AssertionError(e.reason());
                case PoolEffect.Fail e -> throw new AssertionError(e.reason());
                case PoolEffect.ImageFailed e -> throw new AssertionError(e.reason());
                case PoolEffect.FetchImage e -> throw new AssertionError("all images are here: " + e);
                case PoolEffect.RemoveImage e -> throw new AssertionError("all images stay: " + e);
            }
        }

        private void at(long time, Function<ContainerPool, List<PoolEffect>> input) {
            agenda.add(new Event(time, order++, input));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nineOfTenFirstCallsFindACellAndSilenceEndsTheGrowth(long seed) {
        World world = new World(seed, GROWTH);
        world.play();
        assertThat(world.all).isGreaterThan(400);
        assertThat(world.share())
                .as("share of prewarmed starts after the first minute")
                .isGreaterThan(0.9);
        PoolSnapshot after = world.pool.snapshot();
        assertThat(after.wanted()).isEqualTo(Map.of(Samples.RUNTIME, CONFIGURED.base()));
        assertThat(after.stems()).isEqualTo(Map.of(Samples.RUNTIME, CONFIGURED.base()));
    }

    @Test
    void withoutGrowthMostFirstCallsAreCold() {
        World world = new World(1, StemGrowth.NONE);
        world.play();
        assertThat(world.share()).isLessThan(0.5);
    }
}
