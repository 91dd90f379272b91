package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.ArmTimer;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Fail;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import dev.hearth.invoker.pool.PoolEffect.Initialise;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private final Demand hello = demand("hello", 128);
    private final PoolDriver driver = new PoolDriver(limits(Bytes.ofGiB(4), Bytes.ofGiB(4), 200, 2));

    @Test
    void createsInitialisesAndGrantsForTheFirstCall() {
        ContainerId id = driver.lease(1, hello).created();
        assertThat(driver.only(Create.class).blueprint()).isEqualTo(hello);
        assertThat(driver.started(id).effects()).containsExactly(new Initialise(id, hello, false));
        driver.now = 40;
        assertThat(driver.initialised(id).granted()).isEqualTo(new Grant(call(1), id, StartKind.COLD, 40));
    }

    @Test
    void reusesAnIdleContainerBeforeStartingAnother() {
        ContainerId id = driver.idle(hello);
        assertThat(driver.lease(1, hello).effects()).containsExactly(new Grant(call(1), id, StartKind.WARM, 0));
    }

    @Test
    void takesTheContainerThatBecameIdleLast() {
        List<ContainerId> ids = driver.idle(hello, 3);
        assertThat(driver.lease(1, hello).granted().container()).isEqualTo(ids.get(2));
        assertThat(driver.lease(2, hello).granted().container()).isEqualTo(ids.get(1));
        driver.released(ids.get(2));
        assertThat(driver.lease(3, hello).granted().container()).isEqualTo(ids.get(2));
    }

    @Test
    void neverGivesAContainerToAnotherRevision() {
        driver.idle(hello);
        assertThat(driver.lease(1, demand("other", 128)).created()).isNotNull();
    }

    @Test
    void prefersWarmToPrewarmedToCold() {
        PoolDriver mixed = new PoolDriver(limits(Bytes.ofGiB(4), Bytes.ofGiB(4), 8, 2, stems(256, 1)));
        ContainerId warm = new ContainerId("warm");
        ContainerId stem = new ContainerId("stem");
        mixed.then(p -> p.adoptedStem(stem, stems(256, 1), 0));
        mixed.then(p -> p.adopted(warm, hello, 0));
        assertThat(mixed.lease(1, hello).granted()).isEqualTo(new Grant(call(1), warm, StartKind.WARM, 0));
        assertThat(mixed.lease(2, hello).specialised()).isEqualTo(stem);
        ContainerId cold = mixed.lease(3, hello).created();
        assertThat(mixed.initialised(stem).granted().start()).isEqualTo(StartKind.PREWARMED);
        mixed.started(cold);
        assertThat(mixed.initialised(cold).granted()).isEqualTo(new Grant(call(3), cold, StartKind.COLD, 0));
    }

    @Test
    void oneIdleContainerAndTwoCallsPayExactlyOneStart() {
        ContainerId id = driver.idle(hello);
        assertThat(driver.lease(1, hello).granted().container()).isEqualTo(id);
        ContainerId second = driver.lease(2, hello).created();
        driver.started(second);
        assertThat(driver.initialised(second).granted().call()).isEqualTo(call(2));
        assertThat(driver.pool.listing()).hasSize(2);
    }

    @Test
    void waitingCallTakesWhicheverContainerComesFreeFirst() {
        ContainerId busy = driver.busy(hello);
        ContainerId starting = driver.lease(1, hello).created();
        driver.now = 5;
        assertThat(driver.released(busy).granted()).isEqualTo(new Grant(call(1), busy, StartKind.WARM, 5));
        assertThat(driver.lease(2, hello).effects())
                .as("the start that is left over serves it")
                .isEmpty();
        driver.started(starting);
        assertThat(driver.initialised(starting).granted().call()).isEqualTo(call(2));
    }

    @Test
    void startThatNobodyNeedsAnyMoreBecomesIdle() {
        ContainerId busy = driver.busy(hello);
        ContainerId starting = driver.lease(1, hello).created();
        driver.released(busy);
        driver.started(starting);
        driver.initialised(starting);
        assertThat(driver.state(starting)).isEqualTo(ContainerState.IDLE);
    }

    @Test
    void hundredFirstCallsAtOnceNeverHaveMoreContainersThanCalls() {
        PoolDriver wide = new PoolDriver(limits(Bytes.ofGiB(64), Bytes.ofGiB(64), 200, 2));
        for (int i = 0; i < 100; i++) {
            wide.lease(i, hello);
        }
        assertThat(wide.pool.listing()).hasSize(100);
        ContainerId first = wide.pool.listing().getFirst().id();
        wide.started(first);
        int granted = wide.initialised(first).all(Grant.class).size();
        for (int i = 0; i < 99; i++) {
            granted += wide.released(first).all(Grant.class).size();
        }
        assertThat(granted).isEqualTo(100);
        assertThat(wide.pool.listing())
                .as("the three that were begun; what was queued for served calls is dropped")
                .hasSize(3);
    }

    @Test
    void createsAtMostMaxStartsAtOnceInTheOrderOfTheCalls() {
        ContainerId first = driver.lease(1, hello).created();
        driver.lease(2, demand("b", 128)).created();
        assertThat(driver.lease(3, demand("c", 128)).all(Create.class)).isEmpty();
        assertThat(driver.lease(4, demand("d", 128)).all(Create.class)).isEmpty();
        driver.started(first);
        assertThat(((Demand) driver.only(Create.class).blueprint()).label()).isEqualTo("c@1");
    }

    @Test
    void cancelledCallLeavesItsStartToOthers() {
        ContainerId starting = driver.lease(1, hello).created();
        assertThat(driver.cancel(1).effects()).isEmpty();
        assertThat(driver.lease(2, hello).effects()).isEmpty();
        driver.started(starting);
        assertThat(driver.initialised(starting).granted().call()).isEqualTo(call(2));
    }

    @Test
    void cancelledCallTakesItsUnbegunStartWithIt() {
        driver.lease(1, demand("a", 128));
        driver.lease(2, demand("b", 128));
        driver.lease(3, hello);
        driver.cancel(3);
        assertThat(driver.pool.listing()).hasSize(2);
        assertThat(driver.memoryUsed()).isEqualTo(Bytes.ofMiB(256).value());
    }

    @Test
    void cancelOfAnUnknownOrRunningCallChangesNothing() {
        driver.idle(hello);
        driver.lease(1, hello);
        assertThat(driver.cancel(1).effects()).isEmpty();
        assertThat(driver.cancel(99).effects()).isEmpty();
        assertThat(driver.count(ContainerState.BUSY)).isEqualTo(1);
    }

    @Test
    void failedStartFailsTheCallItWasFor() {
        ContainerId first = driver.lease(1, hello).created();
        ContainerId second = driver.lease(2, hello).created();
        assertThat(driver.startFailed(first).only(Fail.class))
                .isEqualTo(new Fail(call(1), first, RemovalReason.START_FAILED, "no such image"));
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.START_FAILED);
        driver.started(second);
        assertThat(driver.initialised(second).granted().call()).isEqualTo(call(2));
    }

    @Test
    void failedStartFailsTheLatestCallWhenItsOwnWasServedElsewhere() {
        ContainerId first = driver.lease(1, hello).created();
        ContainerId second = driver.lease(2, hello).created();
        driver.started(second);
        driver.initialised(second);
        assertThat(driver.startFailed(first).only(Fail.class).call()).isEqualTo(call(2));
    }

    @Test
    void failedStartThatNoCallNeedsFailsNobody() {
        ContainerId busy = driver.busy(hello);
        ContainerId starting = driver.lease(1, hello).created();
        driver.released(busy);
        assertThat(driver.startFailed(starting).all(Fail.class)).isEmpty();
    }

    @Test
    void failedStartFailsNobodyWhileAnotherStartIsLeftOver() {
        ContainerId busy = driver.busy(hello);
        ContainerId first = driver.lease(1, hello).created();
        ContainerId second = driver.lease(2, hello).created();
        driver.released(busy);
        assertThat(driver.startFailed(second).all(Fail.class)).isEmpty();
        driver.started(first);
        assertThat(driver.initialised(first).granted().call()).isEqualTo(call(2));
    }

    @Test
    void startWithoutHelloFailsWhenItsPatienceEnds() {
        ContainerId id = driver.lease(1, hello).created();
        ArmTimer timer = driver.only(ArmTimer.class);
        driver.now = timer.delay().toMillis();
        driver.then(p -> p.timer(id, timer.generation(), driver.now));
        assertThat(driver.only(Fail.class).reason()).contains("10s");
        assertThat(driver.removals()).containsExactly(id);
        assertThat(driver.started(id).effects()).as("a late hello").isEmpty();
    }

    @Test
    void failedInitRemovesTheContainerAndFailsOneCall() {
        ContainerId first = driver.lease(1, hello).created();
        ContainerId second = driver.lease(2, hello).created();
        driver.started(first);
        assertThat(driver.initFailed(first).only(Fail.class).call()).isEqualTo(call(1));
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.INIT_FAILED);
        driver.removed(first);
        driver.started(second);
        assertThat(driver.initialised(second).granted().call()).isEqualTo(call(2));
        assertThat(driver.pool.listing()).hasSize(1);
    }

    @Test
    void containerThatMustNotBeReusedIsRemoved() {
        ContainerId id = driver.busy(hello);
        driver.released(id, false);
        assertThat(driver.removalReason()).isEqualTo(RemovalReason.NOT_REUSABLE);
        assertThat(driver.lease(1, hello).all(Grant.class)).isEmpty();
    }

    @Test
    void lostContainerGetsNoCallAndItsRoomComesBackOnlyWithTheProof() {
        ContainerId id = driver.idle(hello);
        assertThat(driver.lost(id).removalReason()).isEqualTo(RemovalReason.LOST);
        assertThat(driver.memoryUsed()).isEqualTo(hello.memory().value());
        assertThat(driver.lost(id).effects()).isEmpty();
        assertThat(driver.released(id).effects()).isEmpty();
        driver.removed(id);
        driver.removed(id);
        assertThat(driver.memoryUsed()).isZero();
        assertThat(driver.lease(1, hello).created()).isNotEqualTo(id);
    }

    @Test
    void lossInTheMiddleOfAStartFailsTheCall() {
        ContainerId id = driver.lease(1, hello).created();
        driver.started(id);
        assertThat(driver.lost(id).only(Fail.class).why()).isEqualTo(RemovalReason.LOST);
    }

    @Test
    void refusesToQueueTheSameCallTwice() {
        driver.lease(1, hello);
        assertThatThrownBy(() -> driver.lease(1, hello)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsDifferBetweenLivesAndSkipThoseAdopted() {
        driver.then(p -> p.adopted(new ContainerId("t-1"), hello, 0));
        assertThat(driver.lease(1, demand("b", 128)).created()).isEqualTo(new ContainerId("t-2"));
    }
}
