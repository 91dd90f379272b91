package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.call;
import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.stems;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Fail;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import dev.hearth.invoker.pool.PoolEffect.Remove;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DepartureTest {
    private final PoolDriver driver = withStems(0);
    private final Demand hello = demand("hello", 128);
    private final Demand old = withKeepAlive(demand("old", 128), Duration.ofMinutes(1), 2);

    private static PoolDriver withStems(int target) {
        return new PoolDriver(limits(Bytes.ofGiB(4), Bytes.ofGiB(4), 8, 1, stems(64, target)));
    }

    private static ContainerId id(String text) {
        return new ContainerId(text);
    }

    private PoolDriver adopt(String id, Demand demand) {
        return driver.then(p -> p.adopted(id(id), demand, driver.now));
    }

    @Test
    void goneRevisionLosesItsIdleContainersAtOnceAndBusyOnesAfterTheirCall() {
        adopt("idle", old);
        adopt("busy", old);
        driver.lease(1, old);
        driver.then(p -> p.revisionGone(old.revision(), 0));
        assertThat(driver.all(Remove.class)).containsExactly(new Remove(id("idle"), RemovalReason.REVISION_GONE));
        assertThat(driver.released(id("busy")).removalReason()).isEqualTo(RemovalReason.REVISION_GONE);
    }

    @Test
    void callsThatWaitForAGoneRevisionAreServed() {
        ContainerId start = driver.lease(1, old).created();
        driver.then(p -> p.revisionGone(old.revision(), 0));
        driver.started(start);
        assertThat(driver.initialised(start).granted().call()).isEqualTo(call(1));
        assertThat(driver.released(start).removals()).containsExactly(start);
    }

    @Test
    void lateCallOfAGoneRevisionLeavesNoWarmContainer() {
        driver.then(p -> p.revisionGone(old.revision(), 0));
        ContainerId id = driver.busy(old);
        assertThat(driver.released(id).removalReason()).isEqualTo(RemovalReason.REVISION_GONE);
    }

    @Test
    void drainingRemovesWhatRestsAndRefusesWhatComes() {
        adopt("idle", hello);
        driver.then(p -> p.adoptedStem(id("stem"), stems(64, 1), 0));
        driver.then(p -> p.drain(0));
        assertThat(driver.removals()).containsExactlyInAnyOrder(id("idle"), id("stem"));
        assertThat(driver.all(Remove.class)).allMatch(remove -> remove.reason() == RemovalReason.DRAINING);
        assertThat(driver.lease(1, hello).refused()).contains("draining");
        driver.removed(id("idle"));
        driver.removed(id("stem"));
        assertThat(driver.refill().effects()).isEmpty();
        assertThat(driver.pool.listing()).isEmpty();
    }

    @Test
    void drainingServesTheCallsWhoseStartIsUnderWayAndRefusesTheOthers() {
        adopt("busy", demand("busy", 64));
        driver.lease(0, demand("busy", 64));
        ContainerId start = driver.lease(1, hello).created();
        driver.lease(2, hello);
        driver.then(p -> p.drain(0));
        assertThat(driver.only(Refuse.class).call()).isEqualTo(call(2));
        driver.started(start);
        assertThat(driver.initialised(start).granted().call()).isEqualTo(call(1));
        assertThat(driver.released(start).removalReason()).isEqualTo(RemovalReason.DRAINING);
        assertThat(driver.released(id("busy")).removalReason()).isEqualTo(RemovalReason.DRAINING);
    }

    @Test
    void stemCellThatStartsWhileDrainingIsRemoved() {
        PoolDriver filling = withStems(1);
        ContainerId stem = filling.refill().created();
        filling.then(p -> p.drain(0));
        assertThat(filling.started(stem).removalReason()).isEqualTo(RemovalReason.DRAINING);
    }

    @Test
    void adoptedContainerIsWarmAndHoldsItsReservation() {
        adopt("found", hello);
        assertThat(driver.memoryUsed()).isEqualTo(hello.memory().value());
        assertThat(driver.pool.snapshot().idle()).isEqualTo(Map.of(hello.revision(), 1));
        assertThat(adopt("found", hello).effects()).as("twice").isEmpty();
        assertThat(driver.lease(1, hello).granted().container()).isEqualTo(id("found"));
    }

    @Test
    void adoptedContainerServesACallThatWaitsAlready() {
        driver.lease(1, hello);
        assertThat(adopt("found", hello).granted().call()).isEqualTo(call(1));
    }

    @Test
    void containerThatIsFoundButDoesNotFitIsRemovedWithinTheBudget() {
        adopt("a", demand("a", 3_072));
        adopt("b", demand("b", 2_048));
        assertThat(driver.all(Remove.class)).containsExactly(new Remove(id("b"), RemovalReason.EVICTED_MEMORY));
        assertThat(driver.pool.snapshot().memory().free()).isZero();
        driver.removed(id("b"));
        assertThat(driver.memoryUsed()).isEqualTo(Bytes.ofMiB(3_072).value());
    }

    @Test
    void containerThatSomebodyElseRemovedGivesItsRoomBackAtOnce() {
        adopt("idle", hello);
        driver.removed(id("idle"));
        assertThat(driver.memoryUsed()).isZero();
        ContainerId start = driver.lease(1, hello).created();
        assertThat(driver.removed(start).only(Fail.class).call()).isEqualTo(call(1));
        assertThat(driver.memoryUsed()).isZero();
    }

    @Test
    void snapshotAndListingTellTheSame() {
        adopt("idle", hello);
        driver.then(p -> p.adoptedStem(id("stem"), stems(64, 1), 0));
        driver.now = 7;
        driver.lease(1, demand("cold", 256));
        PoolSnapshot snapshot = driver.pool.snapshot();
        assertThat(snapshot.containers())
                .isEqualTo(Map.of(
                        ContainerState.STARTING, 1,
                        ContainerState.STEM, 1,
                        ContainerState.IDLE, 1,
                        ContainerState.BUSY, 0,
                        ContainerState.REMOVING, 0));
        assertThat(snapshot.stems()).isEqualTo(Map.of(Samples.RUNTIME, 1));
        assertThat(snapshot.memory().used()).isEqualTo(Bytes.ofMiB(448).value());
        assertThat(snapshot.slots()).isEqualTo(new PoolSnapshot.Use(8, 1));
        assertThat(driver.pool.listing())
                .extracting(PoolSnapshot.Entry::label)
                .containsExactly("hello@1", "", "cold@1");
        assertThat(driver.pool.listing().getLast().since()).isEqualTo(7);
        assertThat(driver.all(Create.class)).hasSize(1);
    }
}
