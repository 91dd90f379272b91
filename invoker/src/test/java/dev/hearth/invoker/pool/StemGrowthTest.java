package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.growing;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withDisk;
import static dev.hearth.invoker.pool.Samples.withoutStemCells;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Create;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StemGrowthTest {
    private static final Bytes PLENTY = Bytes.ofGiB(64);
    private static final int SETTLE = 60_000;
    private int functions;
    private int calls;

    private static PoolDriver driver(StemGrowth growth, StemClass... classes) {
        return new PoolDriver(growing(limits(PLENTY, PLENTY, 100, 4, classes), growth));
    }

    private static PoolDriver driver(int most, StemClass... classes) {
        return driver(growth(most, 2), classes);
    }

    private static StemGrowth growth(int most, int classes) {
        return new StemGrowth(most, Duration.ofMillis(SETTLE), 3, classes, Set.of("fixed"));
    }

    private Demand function(long memoryMiB) {
        return demand("f" + ++functions, memoryMiB);
    }

    private static Demand ofFixedRuntime(Demand d) {
        return new Demand(
                d.revision(),
                d.label(),
                "fixed",
                d.image(),
                d.terms(),
                d.memory(),
                d.disk(),
                true,
                d.keepAlive(),
                d.minWarm(),
                d.concurrency(),
                d.maxContainers());
    }

    /** The first call of a function runs and ends; all starts that follow succeed. Returns whether it began cold. */
    private boolean firstCall(PoolDriver driver, Demand demand) {
        driver.lease(++calls, demand);
        boolean cold = !driver.all(Create.class).isEmpty();
        ContainerId own = cold ? driver.created() : driver.specialised();
        if (cold) {
            driver.started(own);
            fill(driver);
        }
        driver.initialised(own);
        driver.replenish();
        fill(driver);
        driver.released(own);
        return cold;
    }

    /** Ends all starts of stem cells and those that follow from them. */
    private static void fill(PoolDriver driver) {
        List<Create> starts = driver.all(Create.class);
        for (Create create : starts) {
            driver.started(create.container());
            fill(driver);
        }
    }

    private static int beats(PoolDriver driver, int beats) {
        int removed = 0;
        for (int i = 0; i < beats; i++) {
            driver.refill();
            List<ContainerId> going = driver.removals();
            assertThat(going).as("removals of one beat").hasSizeLessThanOrEqualTo(1);
            removed += going.size();
            fill(driver);
            going.forEach(driver::removed);
        }
        return removed;
    }

    private static int wanted(PoolDriver driver) {
        return driver.pool.snapshot().wanted().getOrDefault(Samples.RUNTIME, 0);
    }

    private static int ready(PoolDriver driver) {
        return driver.pool.snapshot().stems().getOrDefault(Samples.RUNTIME, 0);
    }

    @Test
    void eachMissMakesOneMoreCellWantedUpToTheMost() {
        PoolDriver driver = driver(3, stems(256, 1));
        for (int misses = 1; misses <= 5; misses++) {
            driver.lease(100 + misses, function(128));
            assertThat(wanted(driver)).isEqualTo(Math.min(misses + 1, 3));
        }
    }

    @Test
    void startThatWasDroppedBeforeItBeganIsNoMiss() {
        PoolDriver driver = new PoolDriver(growing(limits(PLENTY, PLENTY, 100, 1, stems(256, 0)), growth(8, 2)));
        driver.lease(1, function(128));
        driver.lease(2, function(128));
        assertThat(wanted(driver)).as("one permit").isEqualTo(1);
        driver.cancel(2);
        assertThat(wanted(driver)).isEqualTo(1);
    }

    @Test
    void hitChangesNothing() {
        PoolDriver driver = driver(8, stems(256, 1));
        driver.stem();
        assertThat(firstCall(driver, function(128))).isFalse();
        assertThat(wanted(driver)).isEqualTo(1);
        assertThat(ready(driver)).isEqualTo(1);
    }

    @Test
    void mostOfNothingLeavesTheBaseAndLearnsNothing() {
        PoolDriver driver = driver(0, stems(256, 1));
        for (int i = 0; i < 5; i++) {
            driver.lease(100 + i, function(128));
            driver.lease(200 + i, function(512));
        }
        assertThat(wanted(driver)).isEqualTo(1);
    }

    @Test
    void cellsThatStoodUnusedAllThroughAnIntervalAreNotWantedAfterIt() {
        PoolDriver driver = grownToFour();
        driver.now += SETTLE;
        beats(driver, 1);
        assertThat(wanted(driver)).as("its end saw them young").isEqualTo(4);
        assertThat(firstCall(driver, function(128))).isFalse();
        driver.now += SETTLE - 1;
        assertThat(beats(driver, 1)).as("one millisecond early").isZero();
        driver.now++;
        beats(driver, 1);
        assertThat(wanted(driver)).as("three of four were never touched").isEqualTo(1);
    }

    private PoolDriver grownToFour() {
        PoolDriver driver = driver(8, stems(256, 1));
        beats(driver, 1);
        for (int i = 0; i < 4; i++) {
            driver.lease(100 + i, function(128));
        }
        for (PoolSnapshot.Entry entry : driver.pool.listing()) {
            driver.started(entry.id());
            fill(driver);
            driver.initialised(entry.id());
            driver.replenish();
            fill(driver);
        }
        assertThat(wanted(driver)).isEqualTo(4);
        assertThat(ready(driver)).isEqualTo(4);
        return driver;
    }

    @Test
    void silenceEndsAllGrowthAndCellsGoOneAtEachBeat() {
        PoolDriver driver = grownToFour();
        driver.now += SETTLE;
        beats(driver, 1);
        driver.now += SETTLE;
        assertThat(beats(driver, 1)).isEqualTo(1);
        assertThat(driver.pool.snapshot().wanted()).containsEntry(Samples.RUNTIME, 1);
        assertThat(ready(driver)).isEqualTo(3);
        assertThat(beats(driver, 10)).isEqualTo(2);
        assertThat(ready(driver)).isEqualTo(1);
    }

    @Test
    void cellsThatCouldNotBeStartedAreNotWantedForEver() {
        PoolDriver driver =
                new PoolDriver(growing(limits(Bytes.ofMiB(256), PLENTY, 9, 2, stems(256, 0)), growth(8, 2)));
        driver.lease(1, function(256));
        assertThat(wanted(driver)).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            driver.refill();
            driver.now += SETTLE;
        }
        assertThat(wanted(driver)).isZero();
    }

    @Test
    void grownCellsGoBeforeIdleContainersAndThoseOfTheBaseAfterThem() {
        PoolDriver driver =
                new PoolDriver(growing(limits(Bytes.ofMiB(1024), PLENTY, 9, 2, stems(256, 1)), growth(8, 2)));
        ContainerId base = driver.stem();
        driver.lease(1, function(256));
        driver.initialised(base);
        ContainerId idle = driver.replenish().created();
        driver.started(idle);
        driver.released(base);
        driver.then(p -> p.adoptedStem(new ContainerId("grown"), stems(256, 1), driver.now));
        assertThat(wanted(driver)).isEqualTo(2);
        driver.lease(2, demand("large", 768));
        assertThat(driver.all(PoolEffect.Remove.class))
                .extracting(PoolEffect.Remove::reason)
                .containsExactly(RemovalReason.SURPLUS_STEM, RemovalReason.EVICTED_MEMORY);
        assertThat(driver.removals()).last().isEqualTo(base);
    }

    @Test
    void classShortOfItsBaseStartsBeforeOneThatGrew() {
        StemClass other = new StemClass("nodejs", "hearth/nodejs", Bytes.ofMiB(256), false, Samples.DISK, 1);
        PoolDriver driver = new PoolDriver(growing(limits(PLENTY, PLENTY, 9, 1, stems(256, 0), other), growth(8, 2)));
        ContainerId call = driver.lease(1, function(128)).created();
        driver.lease(2, function(128));
        ContainerId second = driver.started(call).created();
        assertThat(wanted(driver)).isEqualTo(2);
        driver.started(second);
        assertThat(driver.refill().only(Create.class).blueprint()).isEqualTo(other);
    }

    @Test
    void thirdUncoveredStartMakesAClassOfThePowerOfTwoAbove() {
        PoolDriver driver = driver(8, stems(256, 0));
        beats(driver, 1);
        for (int i = 0; i < 2; i++) {
            assertThat(firstCall(driver, withDisk(function(100), Bytes.ofMiB(6))))
                    .isTrue();
        }
        assertThat(wanted(driver)).isZero();
        driver.lease(90, withDisk(function(128), Bytes.ofMiB(6)));
        assertThat(wanted(driver)).isEqualTo(1);
        StemClass learned = new StemClass(Samples.RUNTIME, Samples.IMAGE, Bytes.ofMiB(128), false, Bytes.ofMiB(6), 0);
        assertThat(driver.started(driver.created()).all(Create.class)).isEmpty();
        Create cell = driver.replenish().only(Create.class);
        assertThat(cell.blueprint()).isEqualTo(learned);
        driver.started(cell.container());
        assertThat(firstCall(driver, withDisk(function(65), Bytes.ofMiB(6)))).isFalse();
    }

    @Test
    void runtimeThatSizesItselfGetsAClassOfItsExactMemory() {
        PoolDriver driver = driver(8);
        beats(driver, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(firstCall(driver, ofFixedRuntime(function(100)))).isTrue();
        }
        assertThat(firstCall(driver, ofFixedRuntime(function(100)))).isFalse();
        assertThat(firstCall(driver, ofFixedRuntime(function(90)))).isTrue();
        assertThat(driver.pool.snapshot().wanted()).containsEntry("fixed", 1);
    }

    @Test
    void startsBeforeTheIntervalEndedDoNotCountInTheNext() {
        PoolDriver driver = driver(8);
        beats(driver, 1);
        firstCall(driver, function(64));
        firstCall(driver, function(64));
        driver.now += SETTLE;
        beats(driver, 1);
        firstCall(driver, function(64));
        assertThat(wanted(driver)).isZero();
    }

    @Test
    void classLongestWithoutUseMakesWay() {
        PoolDriver driver = driver(8);
        beats(driver, 1);
        for (long memory : List.of(64L, 128L, 64L, 256L)) {
            driver.now += 10;
            for (int i = 0; i < 4; i++) {
                firstCall(driver, ofFixedRuntime(function(memory)));
            }
        }
        beats(driver, 5);
        assertThat(driver.pool.listing())
                .filteredOn(entry -> entry.state() == ContainerState.STEM)
                .extracting(PoolSnapshot.Entry::memory)
                .containsExactlyInAnyOrder(Bytes.ofMiB(64), Bytes.ofMiB(256));
    }

    @Test
    void learnedClassIsForgottenAfterTwoSilentIntervals() {
        PoolDriver driver = driver(8);
        beats(driver, 1);
        for (int i = 0; i < 4; i++) {
            firstCall(driver, function(64));
        }
        assertThat(ready(driver)).isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            driver.now += SETTLE;
            beats(driver, 2);
        }
        assertThat(ready(driver)).isZero();
        assertThat(driver.pool.snapshot().wanted()).isEmpty();
    }

    @Test
    void revisionsThatNoCellCanServeAndCellsAboveTheBudgetCountNothing() {
        PoolDriver driver = new PoolDriver(growing(limits(Bytes.ofMiB(700), PLENTY, 9, 2), growth(8, 2)));
        for (int i = 0; i < 4; i++) {
            Demand unfit = withoutStemCells(function(64));
            ContainerId id = driver.lease(100 + i, unfit).created();
            driver.lost(id);
            driver.removed(id);
            ContainerId large = driver.lease(200 + i, function(600)).created();
            driver.lost(large);
            driver.removed(large);
        }
        assertThat(driver.pool.snapshot().wanted()).isEmpty();
    }

    @Test
    void countsOfUncoveredClassesAreBounded() {
        PoolLimits limits = growing(limits(PLENTY, PLENTY, 9, 2), growth(8, 2));
        Uncovered uncovered = new Uncovered(limits);
        for (int i = 1; i <= 1_000; i++) {
            assertThat(uncovered.count(withDisk(function(64), Bytes.ofMiB(i)))).isNull();
        }
        assertThat(uncovered.counted()).isEqualTo(Uncovered.COUNTED);
    }

    @Test
    void cellsFoundAtBootAreWantedForOneInterval() {
        PoolDriver driver = driver(2, stems(256, 1));
        for (int i = 0; i < 3; i++) {
            ContainerId id = new ContainerId("found-" + i);
            driver.then(p -> p.adoptedStem(id, stems(256, 1), 0));
        }
        assertThat(beats(driver, 5)).as("one above the most").isEqualTo(1);
        driver.now += SETTLE;
        assertThat(beats(driver, 5)).isEqualTo(1);
        assertThat(ready(driver)).isEqualTo(1);
    }

    @Test
    void refusesBoundsThatMakeNoSense() {
        assertThatThrownBy(() -> growth(-1, 0)).hasMessageContaining("stems.most is -1");
        assertThatThrownBy(() -> growth(1, -1)).hasMessageContaining("stems.classes -1");
        assertThatThrownBy(() -> new StemGrowth(1, Duration.ZERO, 1, 1, Set.of()))
                .hasMessageContaining("stems.settle");
        assertThatThrownBy(() -> new StemGrowth(1, Duration.ofMinutes(1), 0, 1, Set.of()))
                .hasMessageContaining("stems.learn 0");
    }
}
