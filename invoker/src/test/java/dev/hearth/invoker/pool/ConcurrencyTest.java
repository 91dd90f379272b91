package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.withConcurrency;
import static dev.hearth.invoker.pool.Samples.withMaxContainers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.ArmTimer;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Fail;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    private final PoolDriver driver = new PoolDriver(limits(Bytes.ofGiB(4), Bytes.ofGiB(4), 32, 4));
    private final Demand three = withConcurrency(demand("three", 128), 3);

    private ContainerId running(int calls) {
        ContainerId id = driver.busy(three);
        for (int i = 1; i < calls; i++) {
            assertThat(driver.lease(100 + i, three).granted().container()).isEqualTo(id);
        }
        return id;
    }

    @Test
    void startsAContainerForEachSoManyCallsThatWait() {
        int starts = 0;
        for (int i = 1; i <= 7; i++) {
            starts += driver.lease(i, three).all(Create.class).size();
        }
        assertThat(starts).isEqualTo(3);
    }

    @Test
    void aNewContainerTakesAsManyWaitingCallsAsItHasPlaces() {
        ContainerId id = driver.lease(1, three).created();
        driver.lease(2, three);
        driver.lease(3, three);
        driver.lease(4, three);
        driver.started(id);
        assertThat(driver.initialised(id).all(Grant.class))
                .containsExactly(
                        new Grant(call(1), id, StartKind.COLD, 0),
                        new Grant(call(2), id, StartKind.COLD, 0),
                        new Grant(call(3), id, StartKind.COLD, 0));
    }

    @Test
    void keepsCallsTogetherSoThatOtherContainersComeToRest() {
        ContainerId first = running(3);
        ContainerId second = driver.lease(50, three).created();
        driver.started(second);
        driver.initialised(second);
        driver.released(second);
        assertThat(driver.state(second)).isEqualTo(ContainerState.IDLE);
        driver.released(first);
        assertThat(driver.lease(60, three).granted().container()).isEqualTo(first);
        assertThat(driver.lease(61, three).granted().container()).isEqualTo(second);
        driver.released(first);
        assertThat(driver.lease(62, three).granted().container())
                .as("the one used last")
                .isEqualTo(first);
    }

    @Test
    void restsWhenItsLastCallEnds() {
        ContainerId id = running(2);
        assertThat(driver.released(id).effects()).isEmpty();
        assertThat(driver.state(id)).isEqualTo(ContainerState.BUSY);
        assertThat(driver.released(id).all(ArmTimer.class)).hasSize(1);
        assertThat(driver.state(id)).isEqualTo(ContainerState.IDLE);
    }

    @Test
    void aReleaseOfACallThatDoesNotRunThereChangesNothing() {
        ContainerId id = running(2);
        driver.then(p -> p.released(id, call(999), false, 0));
        assertThat(driver.lease(7, three).granted().container()).isEqualTo(id);
    }

    @Test
    void whatMustNotBeUsedAgainGoesWhenItsLastCallEnds() {
        ContainerId id = running(2);
        assertThat(driver.released(id, false).removals()).isEmpty();
        assertThat(driver.lease(7, three).created()).as("it takes no more").isNotEqualTo(id);
        assertThat(driver.released(id).removalReason()).isEqualTo(RemovalReason.NOT_REUSABLE);
    }

    @Test
    void eachCallTakesASlot() {
        PoolDriver narrow = new PoolDriver(limits(Bytes.ofGiB(4), Bytes.ofGiB(4), 2, 4));
        ContainerId id = narrow.busy(three);
        narrow.lease(1, three);
        assertThat(narrow.lease(2, three).refused()).startsWith("no slot is free: 2 of 2");
        narrow.blocked(id, true);
        assertThat(narrow.lease(3, three).granted().container()).isEqualTo(id);
        narrow.lost(id);
        assertThat(narrow.pool.snapshot().slots().used()).isZero();
    }

    @Test
    void maxContainersBoundsContainersNotCalls() {
        Demand pair = withMaxContainers(withConcurrency(demand("pair", 128), 2), 1);
        ContainerId id = driver.busy(pair);
        assertThat(driver.lease(1, pair).granted().container()).isEqualTo(id);
        assertThat(driver.lease(2, pair).refused()).contains("limits.maxContainers is 1");
    }

    @Test
    void aStartThatFailsFailsTheCallsThatCountedOnIt() {
        ContainerId id = driver.lease(1, three).created();
        driver.lease(2, three);
        assertThat(driver.startFailed(id).all(Fail.class))
                .extracting(Fail::call)
                .containsExactlyInAnyOrder(call(1), call(2));
    }

    @Test
    void saysHowManyCallsWarmContainersCouldTake() {
        ContainerId id = running(1);
        assertThat(driver.pool.snapshot().idle()).containsEntry(three.revision(), 2);
        driver.released(id);
        assertThat(driver.pool.snapshot().idle()).containsEntry(three.revision(), 3);
    }

    @Test
    void idlePlacesOfABusyContainerAreNotEvicted() {
        running(1);
        List<Create> creates = driver.lease(1, demand("huge", 4_000)).all(Create.class);
        assertThat(creates).isEmpty();
        assertThat(driver.refused()).contains("evictable are");
    }
}
