package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.DISK;
import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.withDisk;
import static dev.hearth.invoker.pool.Samples.withMaxContainers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest {
    private static final Bytes PLENTY = Bytes.ofGiB(64);
    private final Demand hello = demand("hello", 256);

    @Test
    void slotsBoundTheCallsThatRunOrWait() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 2, 4));
        ContainerId running = driver.busy(hello);
        driver.lease(1, hello);
        assertThat(driver.lease(2, hello).refused()).contains("2 of 2");
        driver.released(running);
        assertThat(driver.lease(2, hello).all(Refuse.class)).isEmpty();
    }

    @Test
    void callerBlockedInANestedCallTakesNoSlot() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 1, 4));
        ContainerId caller = driver.busy(hello);
        driver.blocked(caller, true);
        ContainerId callee = driver.busy(hello);
        driver.blocked(caller, false);
        assertThat(driver.pool.snapshot().slots()).isEqualTo(new PoolSnapshot.Use(1, 2));
        driver.released(callee);
        driver.blocked(caller, true);
        driver.lost(caller);
        assertThat(driver.pool.snapshot().slots().used()).isZero();
    }

    @Test
    void refusalNamesTheNumbersAndEvictsNothing() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(512), PLENTY, 8, 4));
        driver.idle(hello);
        driver.busy(demand("busy", 256));
        String reason = driver.lease(1, demand("big", 384)).refused();
        assertThat(reason).contains("big@1", "384MiB", "256MiB", "512MiB");
        assertThat(driver.removals()).isEmpty();
        assertThat(driver.count(ContainerState.IDLE)).isEqualTo(1);
    }

    @Test
    void refusedCallLeavesNoTraceHoweverOftenItIsTried() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(256), PLENTY, 8, 4));
        ContainerId busy = driver.busy(hello);
        PoolSnapshot before = driver.pool.snapshot();
        for (int i = 0; i < 10; i++) {
            assertThat(driver.lease(1, hello).effects()).hasSize(1);
            assertThat(driver.pool.snapshot()).isEqualTo(before);
        }
        driver.released(busy);
        assertThat(driver.lease(1, hello).granted().container()).isEqualTo(busy);
    }

    @Test
    void memoryBoundsABatchToFour() {
        assertThat(batch(limits(Bytes.ofMiB(1024), PLENTY, 10, 10), hello)).isEqualTo(4);
    }

    @Test
    void scratchBoundsABatchToThree() {
        Demand wide = withDisk(hello, Bytes.ofMiB(100));
        assertThat(batch(limits(PLENTY, Bytes.ofMiB(399), 10, 10), wide)).isEqualTo(3);
    }

    @Test
    void slotsBoundABatchToTen() {
        assertThat(batch(limits(PLENTY, PLENTY, 10, 10), hello)).isEqualTo(10);
    }

    /** Offers twenty calls; returns how many of them run at once. */
    private static int batch(PoolLimits limits, Demand demand) {
        PoolDriver driver = new PoolDriver(limits);
        int accepted = 0;
        for (int i = 0; i < 20; i++) {
            driver.lease(i, demand);
            for (Create create : driver.all(Create.class)) {
                driver.started(create.container());
                assertThat(driver.initialised(create.container()).granted().call())
                        .isEqualTo(call(i));
                accepted++;
            }
        }
        assertThat(driver.count(ContainerState.BUSY)).isEqualTo(accepted);
        return accepted;
    }

    @Test
    void secondOfTwoFunctionsThatDoNotFitTogetherTakesTheRoomOfTheFirstOnceItIsIdle() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(300), PLENTY, 8, 2));
        Demand other = demand("other", 256);
        ContainerId first = driver.busy(hello);
        assertThat(driver.lease(1, other).refused()).contains("other@1");
        driver.released(first);
        driver.lease(1, other);
        assertThat(driver.removals()).containsExactly(first);
        assertThat(driver.all(Create.class)).as("not before the room is free").isEmpty();
        ContainerId second = driver.removed(first).created();
        driver.started(second);
        assertThat(driver.initialised(second).granted().call()).isEqualTo(call(1));
    }

    @Test
    void noLaterCallTakesTheRoomThatAnEarlierOneWaitsFor() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(512), PLENTY, 8, 4));
        ContainerId victim = driver.idle(demand("victim", 256));
        driver.lease(1, demand("big", 512));
        assertThat(driver.removals()).containsExactly(victim);
        assertThat(driver.lease(2, hello).refused())
                .as("256 MiB lie free, but are promised")
                .contains("0B of memory");
        ContainerId big = driver.removed(victim).created();
        driver.started(big);
        assertThat(driver.initialised(big).granted().call()).isEqualTo(call(1));
    }

    @Test
    void noLaterCallTakesWhatLiesFreeButIsPromised() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(1024), PLENTY, 8, 4));
        ContainerId a = driver.idle(demand("a", 512));
        ContainerId b = driver.idle(demand("b", 256));
        driver.lease(1, demand("big", 768));
        driver.lease(2, demand("small", 256));
        assertThat(driver.all(Create.class)).as("256 MiB are free").isEmpty();
        assertThat(driver.removed(a).only(Create.class).blueprint()).isEqualTo(demand("big", 768));
        assertThat(driver.removed(b).only(Create.class).blueprint()).isEqualTo(demand("small", 256));
    }

    @Test
    void smallerPlanDoesNotWaitBehindALargerOneThatItDoesNotDelay() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(1024), PLENTY, 8, 4));
        ContainerId a = driver.idle(demand("a", 512));
        ContainerId b = driver.idle(demand("b", 256));
        ContainerId c = driver.idle(demand("c", 256));
        driver.lease(1, demand("big", 768));
        assertThat(driver.removals()).containsExactly(a, b);
        driver.lease(2, demand("small", 256));
        assertThat(driver.removals()).containsExactly(c);
        assertThat(driver.removed(c).all(Create.class))
                .as("promised to the first")
                .isEmpty();
        assertThat(driver.removed(b).all(Create.class)).isEmpty();
        assertThat(driver.removed(a).all(Create.class)).hasSize(2);
    }

    @Test
    void cancelOfACallThatWaitsForRoomGivesTheRoomToTheNext() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(512), PLENTY, 8, 4));
        ContainerId victim = driver.idle(demand("victim", 256));
        driver.lease(1, demand("big", 512));
        driver.cancel(1);
        assertThat(driver.lease(2, hello).created()).isNotNull();
        driver.removed(victim);
        assertThat(driver.memoryUsed()).isEqualTo(Bytes.ofMiB(256).value());
    }

    @Test
    void startOnItsWayCanBeRenouncedByAWaitingCallThatFindsAWarmOne() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(512), PLENTY, 8, 4));
        ContainerId busy = driver.busy(hello);
        ContainerId victim = driver.idle(demand("victim", 256));
        driver.lease(1, hello);
        assertThat(driver.released(busy).all(Grant.class)).hasSize(1);
        assertThat(driver.removed(victim).all(Create.class)).isEmpty();
        assertThat(driver.memoryUsed()).isEqualTo(Bytes.ofMiB(256).value());
    }

    @Test
    void shortOfScratchEvictsForScratch() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, DISK, 8, 4));
        driver.idle(hello);
        driver.lease(1, demand("other", 256));
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.EVICTED_SCRATCH);
    }

    @Test
    void maxContainersOfTheRevisionHolds() {
        PoolDriver driver = new PoolDriver(limits(PLENTY, PLENTY, 8, 4));
        Demand narrow = withMaxContainers(hello, 2);
        List<ContainerId> ids = List.of(driver.busy(narrow), driver.busy(narrow));
        assertThat(driver.lease(1, narrow).refused()).contains("maxContainers is 2");
        driver.released(ids.getFirst());
        assertThat(driver.lease(1, narrow).granted().container()).isEqualTo(ids.getFirst());
    }

    @Test
    void demandAboveTheBudgetIsRefused() {
        PoolDriver driver = new PoolDriver(limits(Bytes.ofMiB(128), PLENTY, 8, 4));
        assertThat(driver.lease(1, hello).refused()).contains("256MiB", "128MiB");
        assertThat(driver.pool.listing()).isEmpty();
    }
}
