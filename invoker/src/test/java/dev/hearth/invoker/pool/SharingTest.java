package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.sharing;
import static dev.hearth.invoker.pool.Samples.withMaxContainers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharingTest {
    private static final int KNOWN = 16;
    private static final Bytes ROOM = Bytes.ofMiB(1024);

    private final Demand hello = demand("hello", 128);
    private final PoolDriver driver = driver(ROOM);

    @Test
    void letsTheCallsOfABriefFunctionTakeTurnsInTheContainersInUse() {
        List<ContainerId> busy = busyAndBrief(hello);
        assertThat(driver.lease(7, hello).effects()).isEmpty();
        assertThat(driver.lease(8, hello).effects()).isEmpty();
        driver.now += 1;
        assertThat(driver.released(busy.get(1)).effects())
                .containsExactly(new Grant(call(7), busy.get(1), StartKind.WARM, 1));
        assertThat(driver.released(busy.get(0)).granted().call()).isEqualTo(call(8));
    }

    @Test
    void startsAContainerWhenFewerThanTheSpreadAreInUse() {
        List<ContainerId> busy = busyAndBrief(hello);
        driver.released(busy.get(1));
        driver.lost(busy.get(1));
        assertThat(driver.lease(7, hello).all(Create.class)).hasSize(1);
    }

    @Test
    void startsAContainerForEachCallOfAFunctionThatTakesItsTime() {
        ContainerId id = driver.idle(hello);
        for (int i = 0; i < KNOWN; i++) {
            driver.lease(100 + i, hello);
            driver.now += 3;
            driver.released(id);
        }
        driver.lease(1, hello);
        assertThat(driver.lease(2, hello).all(Create.class)).hasSize(1);
        assertThat(driver.lease(3, hello).all(Create.class)).hasSize(1);
    }

    @Test
    void dropsTheStartsThatWereDecidedBeforeItWasKnownHowBriefTheCallsAre() {
        PoolDriver driver = driver(Bytes.ofGiB(4));
        ContainerId id = driver.idle(hello);
        for (int i = 0; i < KNOWN; i++) {
            driver.lease(100 + i, hello);
        }
        assertThat(driver.count(ContainerState.STARTING)).isEqualTo(KNOWN - 1);
        for (int i = 1; i < KNOWN; i++) {
            driver.released(id);
            driver.lease(200 + i, hello);
        }
        assertThat(driver.pool.snapshot().slots().used()).isEqualTo(KNOWN);
        assertThat(driver.count(ContainerState.STARTING)).as("created already").isEqualTo(2);
    }

    @Test
    void sharesLongerCallsWhenNoCoreIsIdle() {
        ContainerId id = driver.idle(hello);
        for (int i = 0; i < KNOWN; i++) {
            driver.lease(100 + i, hello);
            driver.now += 4;
            driver.released(id);
        }
        driver.pool.noCoreIdle(true);
        driver.lease(1, hello);
        assertThat(driver.lease(2, hello).all(Create.class)).as("spread of two").hasSize(1);
        assertThat(driver.lease(3, hello).effects()).isEmpty();
        driver.pool.noCoreIdle(false);
        assertThat(driver.relieve().all(Create.class)).hasSize(1);
    }

    @Test
    void knowsAFunctionOnlyAfterSomeCalls() {
        driver.busy(hello);
        driver.busy(hello);
        assertThat(driver.lease(7, hello).all(Create.class)).hasSize(1);
    }

    @Test
    void givesACallThatWaitedTooLongAContainerOfItsOwn() {
        busyAndBrief(hello);
        driver.lease(7, hello);
        assertThat(driver.pass(50).effects()).isEmpty();
        ContainerId id = driver.pass(1).created();
        driver.started(id);
        assertThat(driver.initialised(id).granted().call()).isEqualTo(call(7));
    }

    @Test
    void prefersAnIdleContainerToAStartForACallThatWaitedTooLong() {
        List<ContainerId> ids = new ArrayList<>(busyAndBrief(hello));
        driver.lease(7, hello);
        ContainerId third = driver.pass(51).created();
        driver.started(third);
        driver.initialised(third);
        driver.released(third);
        assertThat(driver.lease(8, hello).effects())
                .as("waits beside an idle one")
                .isEmpty();
        driver.now += 11;
        assertThat(driver.relieve().granted()).isEqualTo(new Grant(call(8), third, StartKind.WARM, 11));
        assertThat(ids).doesNotContain(third);
    }

    @Test
    void takesTheIdleContainerBesideItsStartWhenTheContainersInUseDie() {
        List<ContainerId> busy = busyAndBrief(hello);
        driver.lease(7, hello);
        driver.lease(8, hello);
        ContainerId third = driver.pass(51).all(Create.class).getFirst().container();
        assertThat(driver.count(ContainerState.STARTING)).isEqualTo(2);
        busy.forEach(driver::released);
        driver.started(third);
        driver.initialised(third);
        assertThat(driver.lease(9, hello).effects()).as("takes turns").isEmpty();
        driver.lost(busy.get(0));
        assertThat(driver.lost(busy.get(1)).granted().container()).isEqualTo(third);
    }

    @Test
    void startsNoMoreThanMayStartAtOnceForCallsThatWaitedTooLong() {
        busyAndBrief(hello);
        for (int i = 0; i < 8; i++) {
            driver.lease(10 + i, hello);
        }
        assertThat(driver.pass(51).all(Create.class)).hasSize(2);
        assertThat(driver.pass(50).all(Create.class)).isEmpty();
    }

    @Test
    void startsNothingBecauseTheMachineStoodStill() {
        busyAndBrief(hello);
        driver.lease(7, hello);
        driver.now += 500;
        assertThat(driver.relieve().effects()).isEmpty();
        assertThat(driver.pass(50).effects()).isEmpty();
        assertThat(driver.pass(1).all(Create.class)).hasSize(1);
    }

    @Test
    void startsNothingWhileOthersOfTheFunctionAreServed() {
        List<ContainerId> busy = busyAndBrief(hello);
        for (int i = 0; i < 100; i++) {
            driver.lease(1_000 + i, hello);
        }
        for (int i = 0; i < 70; i++) {
            driver.now += 1;
            driver.relieve();
            driver.released(busy.getLast());
        }
        assertThat(driver.count(ContainerState.STARTING)).isZero();
    }

    @Test
    void refusesACallThatWaitedTooLongWhenThereIsNoRoom() {
        PoolDriver full = driver(Bytes.ofMiB(256));
        busyAndBrief(full, hello);
        full.lease(7, hello);
        assertThat(full.pass(51).only(Refuse.class).call()).isEqualTo(call(7));
        assertThat(full.lease(8, hello).effects()).isEmpty();
    }

    @Test
    void sharesWithinMaxContainers() {
        Demand narrow = withMaxContainers(hello, 2);
        List<ContainerId> busy = busyAndBrief(narrow);
        assertThat(driver.lease(7, narrow).effects()).isEmpty();
        assertThat(driver.released(busy.getFirst()).granted().call()).isEqualTo(call(7));
    }

    @Test
    void leavesNobodyBehindWhenTheContainersInUseDie() {
        List<ContainerId> busy = busyAndBrief(hello);
        driver.lease(7, hello);
        driver.lease(8, hello);
        assertThat(driver.lost(busy.get(0)).all(Create.class))
                .as("spread of two")
                .hasSize(1);
        assertThat(driver.lost(busy.get(1)).all(Create.class)).hasSize(1);
    }

    @Test
    void givesAnIdleContainerToACallThatWouldHaveToWaitTooLong() {
        busyAndBrief(hello);
        driver.lease(7, hello);
        ContainerId third = driver.pass(51).created();
        driver.started(third);
        driver.initialised(third);
        driver.released(third);
        int waiting = 0;
        while (driver.lease(300 + waiting, hello).all(Grant.class).isEmpty()) {
            waiting++;
        }
        // Two containers end about two calls each millisecond, and 10 milliseconds is the most.
        assertThat(waiting).isBetween(18, 26);
        assertThat(driver.lease(402, hello).effects()).as("no start").isEmpty();
    }

    @Test
    void doesNotCountOnContainersWhoseCallWaitsForANestedOne() {
        List<ContainerId> busy = busyAndBrief(hello);
        driver.lease(7, hello);
        assertThat(driver.blocked(busy.getFirst(), true).all(Create.class)).hasSize(1);
    }

    @Test
    void refusesSharingThatMeansNothing() {
        assertThatThrownBy(() -> new Sharing(0, Duration.ZERO, Duration.ZERO)).hasMessageContaining("0 containers");
        assertThatThrownBy(() -> new Sharing(1, Duration.ofMillis(-1), Duration.ZERO))
                .hasMessageContaining("-");
    }

    private static PoolDriver driver(Bytes memory) {
        return new PoolDriver(
                sharing(limits(memory, Bytes.ofGiB(2), 200, 2), 2, Duration.ofMillis(2), Duration.ofMillis(10)));
    }

    private List<ContainerId> busyAndBrief(Demand demand) {
        return busyAndBrief(driver, demand);
    }

    /** Two containers in use of a function whose calls took a millisecond each. */
    private static List<ContainerId> busyAndBrief(PoolDriver driver, Demand demand) {
        ContainerId first = driver.busy(demand);
        ContainerId second = driver.busy(demand);
        driver.released(second);
        for (int i = 0; i < KNOWN; i++) {
            driver.lease(100 + i, demand);
            driver.now += 1;
            driver.released(second);
            driver.relieve();
        }
        driver.lease(200, demand);
        return List.of(first, second);
    }
}
