package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withDisk;
import static dev.hearth.invoker.pool.Samples.withoutStemCells;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Fail;
import dev.hearth.invoker.pool.PoolEffect.Initialise;
import java.util.List;
import org.junit.jupiter.api.Test;

class StemCellsTest {
    private static final Bytes PLENTY = Bytes.ofGiB(64);
    private final Demand hello = demand("hello", 128);

    private static PoolDriver driver(StemClass... classes) {
        return new PoolDriver(limits(PLENTY, PLENTY, 8, 2, classes));
    }

    @Test
    void refillStartsAtMostMaxStartsAtOnceUntilTheTargetIsReached() {
        PoolDriver driver = driver(stems(256, 3));
        List<Create> first = driver.refill().all(Create.class);
        assertThat(first).hasSize(2).allMatch(create -> create.blueprint().equals(stems(256, 3)));
        ContainerId third = driver.started(first.get(0).container()).created();
        assertThat(driver.started(first.get(1).container()).effects()).isEmpty();
        assertThat(driver.started(third).effects()).isEmpty();
        assertThat(driver.pool.snapshot().stems()).containsEntry(Samples.RUNTIME, 3);
    }

    @Test
    void cellTakesTheExactMemoryOfTheFunctionBeforeItsCodeRuns() {
        PoolDriver driver = driver(stems(256, 1));
        ContainerId stem = driver.stem();
        assertThat(driver.memoryUsed()).isEqualTo(Bytes.ofMiB(256).value());
        assertThat(driver.lease(1, hello).effects()).containsExactly(new Initialise(stem, hello, true));
        assertThat(driver.memoryUsed()).isEqualTo(Bytes.ofMiB(128).value());
    }

    @Test
    void cellThatSizedItselfForItsMemoryServesNoOther() {
        StemClass fixed = new StemClass(Samples.RUNTIME, Samples.IMAGE, Bytes.ofMiB(256), true, Samples.DISK, 1);
        PoolDriver driver = driver(fixed);
        ContainerId stem = driver.stem();
        assertThat(driver.lease(1, hello).all(Initialise.class)).isEmpty();
        Demand same = demand("same", 256);
        assertThat(driver.lease(2, same).effects()).contains(new Initialise(stem, same, true));
    }

    @Test
    void usedCellIsReplacedAMomentAfterItsCallBeganToRun() {
        PoolDriver driver = driver(stems(256, 1));
        ContainerId stem = driver.stem();
        assertThat(driver.lease(1, hello).all(Create.class)).isEmpty();
        assertThat(driver.initialised(stem).all(Create.class)).isEmpty();
        ContainerId next = driver.replenish().created();
        driver.started(next);
        assertThat(driver.pool.snapshot().stems()).containsEntry(Samples.RUNTIME, 1);
    }

    @Test
    void smallestClassThatCoversServes() {
        PoolDriver driver = driver(stems(1024, 1), stems(64, 1), stems(256, 1));
        for (int i = 0; i < 3; i++) {
            driver.then(p -> p.adoptedStem(new ContainerId("s1024"), stems(1024, 1), 0));
            driver.then(p -> p.adoptedStem(new ContainerId("s64"), stems(64, 1), 0));
            driver.then(p -> p.adoptedStem(new ContainerId("s256"), stems(256, 1), 0));
        }
        assertThat(driver.lease(1, hello).specialised()).isEqualTo(new ContainerId("s256"));
        assertThat(driver.lease(2, hello).specialised()).isEqualTo(new ContainerId("s1024"));
        assertThat(driver.lease(3, hello).created()).isNotNull();
    }

    @Test
    void otherDiskOrNetworkOrMoreMemoryStartsCold() {
        PoolDriver driver = driver(stems(256, 1));
        driver.stem();
        assertThat(driver.lease(1, withDisk(demand("disk", 128), Bytes.ofMiB(1)))
                        .created())
                .isNotNull();
        assertThat(driver.lease(2, demand("large", 512)).created()).isNotNull();
        assertThat(driver.lease(3, withoutStemCells(demand("net", 128))).all(Initialise.class))
                .isEmpty();
        assertThat(driver.count(ContainerState.STEM)).isEqualTo(1);
    }

    @Test
    void cellThatBecomesReadyStandsInForAStartThatHasNotBegun() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 1, stems(256, 1)));
        ContainerId stem = driver.refill().created();
        assertThat(driver.lease(1, hello).effects())
                .as("the only permit is taken")
                .isEmpty();
        assertThat(driver.started(stem).specialised()).isEqualTo(stem);
        assertThat(driver.initialised(stem).granted().start()).isEqualTo(StartKind.PREWARMED);
        assertThat(driver.count(ContainerState.BUSY)).isEqualTo(1);
    }

    @Test
    void startsForCallsGoBeforeRefills() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 1, stems(64, 2)));
        ContainerId stem = driver.refill().created();
        driver.lease(1, hello);
        assertThat(driver.started(stem).only(Create.class).blueprint()).isEqualTo(hello);
    }

    @Test
    void deadCellIsReplaced() {
        PoolDriver driver = driver(stems(256, 1));
        ContainerId stem = driver.stem();
        assertThat(driver.lost(stem).removals()).containsExactly(stem);
        assertThat(driver.created()).isNotEqualTo(stem);
    }

    @Test
    void startsThatFailInARowBackOff() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 1, stems(256, 1)));
        driver.startFailed(driver.refill().created());
        driver.startFailed(driver.created());
        for (long wait : List.of(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L)) {
            assertThat(driver.all(Create.class)).as("no start at once").isEmpty();
            driver.now += wait - 1;
            assertThat(driver.refill().effects()).isEmpty();
            driver.now++;
            driver.startFailed(driver.refill().created());
        }
    }

    @Test
    void cellsThatDieYoungBackOffAndOneThatTakesCodeEndsIt() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 1, stems(256, 1)));
        driver.lost(driver.stem());
        ContainerId second = driver.created();
        driver.started(second);
        assertThat(driver.lost(second).all(Create.class)).isEmpty();
        driver.now += 1_000;
        ContainerId third = driver.stem();
        driver.lease(1, hello);
        driver.initialised(third);
        ContainerId fourth = driver.replenish().created();
        driver.started(fourth);
        assertThat(driver.lost(fourth).all(Create.class)).hasSize(1);
    }

    @Test
    void cellThatLivedLongIsReplacedAtOnce() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 1, stems(256, 1)));
        ContainerId stem = driver.stem();
        for (int i = 0; i < 5; i++) {
            driver.now += 60_000;
            stem = driver.lost(stem).created();
            driver.started(stem);
        }
    }

    @Test
    void refillEvictsNothingAndLeavesPromisedRoomAlone() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(512), PLENTY, 8, 4, stems(256, 1)));
        driver.then(p -> p.adopted(new ContainerId("a"), demand("a", 384), 0));
        assertThat(driver.refill().effects()).isEmpty();
        driver.lease(1, demand("b", 512));
        assertThat(driver.refill().effects()).isEmpty();
        assertThat(driver.removed(new ContainerId("a")).only(Create.class).blueprint())
                .isInstanceOf(Demand.class);
    }

    @Test
    void failedInitOfACellFailsTheCallAndTheCellIsReplaced() {
        PoolDriver driver = driver(stems(256, 1));
        ContainerId stem = driver.stem();
        driver.lease(1, hello);
        assertThat(driver.initFailed(stem).only(Fail.class).call()).isEqualTo(call(1));
        assertThat(driver.removals()).containsExactly(stem);
        assertThat(driver.created()).isNotEqualTo(stem);
    }

    @Test
    void cellOfAClassThatIsNoLongerKeptIsNotAdopted() {
        PoolDriver driver = driver(stems(256, 1));
        driver.then(p -> p.adoptedStem(new ContainerId("old"), stems(512, 1), 0));
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.SURPLUS_STEM);
    }

    @Test
    void noCellIsStartedBeforeAllOfAnEarlierLifeIsAdopted() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(576), PLENTY, 8, 4, stems(256, 2)));
        Demand warm = demand("warm", 64);
        ImageNews seen = new ImageNews.Found(Samples.IMAGE, Bytes.ofMiB(50), ImageKind.KEPT, 0);
        assertThat(driver.then(p -> p.image(seen, 0)).effects()).isEmpty();
        driver.then(p -> p.adopted(new ContainerId("warm"), warm, 0));
        driver.then(p -> p.adoptedStem(new ContainerId("stem"), stems(256, 2), 0));
        assertThat(driver.removals()).isEmpty();
        assertThat(driver.refill().all(Create.class)).hasSize(1);
        assertThat(driver.lease(1, warm).granted().container()).isEqualTo(new ContainerId("warm"));
    }

    @Test
    void cellOfAnEarlierLifeIsRemovedWhenWarmContainersLeaveItNoRoom() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(256), PLENTY, 8, 4, stems(256, 1)));
        driver.then(p -> p.adopted(new ContainerId("warm"), demand("warm", 64), 0));
        driver.then(p -> p.adoptedStem(new ContainerId("stem"), stems(256, 1), 0));
        assertThat(driver.removals()).containsExactly(new ContainerId("stem"));
        assertThat(driver.refill().effects()).isEmpty();
        assertThat(driver.removed(new ContainerId("stem")).effects()).isEmpty();
        assertThat(driver.count(ContainerState.IDLE)).isEqualTo(1);
    }
}
