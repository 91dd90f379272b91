package dev.hearth.invoker.pool;

import static dev.hearth.invoker.pool.Samples.demand;
import static dev.hearth.invoker.pool.Samples.limits;
import static dev.hearth.invoker.pool.Samples.withKeepAlive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.pool.PoolEffect.ArmTimer;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private final PoolDriver driver = new PoolDriver(limits(Bytes.ofGiB(4), Bytes.ofGiB(4), 8, 4));
    private final Demand hello = withKeepAlive(demand("hello", 128), Duration.ofSeconds(1), 0);

    private PoolDriver fire(ArmTimer timer) {
        return driver.then(p -> p.timer(timer.container(), timer.generation(), driver.now));
    }

    @Test
    void startsColdThenWarmThenColdAgainAfterTheIdleTime() {
        ContainerId first = driver.idle(hello);
        ArmTimer timer = driver.only(ArmTimer.class);
        assertThat(timer.delay()).isEqualTo(hello.keepAlive());
        driver.now = 500;
        assertThat(driver.lease(1, hello).granted().start()).isEqualTo(StartKind.WARM);
        driver.released(first);
        driver.now = 1_000;
        ArmTimer rest = fire(timer).only(ArmTimer.class);
        assertThat(rest.delay()).isEqualTo(Duration.ofMillis(500));
        driver.now = 1_500;
        assertThat(fire(rest).removalReason()).isEqualTo(RemovalReason.KEEP_ALIVE);
        assertThat(driver.lease(2, hello).created()).isNotEqualTo(first);
    }

    @Test
    void reuseAtTheInstantOfExpiryIsSafeInBothOrders() {
        ContainerId id = driver.idle(hello);
        ArmTimer timer = driver.only(ArmTimer.class);
        driver.now = 1_000;
        assertThat(driver.lease(1, hello).granted().container()).isEqualTo(id);
        assertThat(fire(timer).effects()).as("it is in use").isEmpty();
        driver.released(id);
        ArmTimer next = driver.only(ArmTimer.class);
        assertThat(fire(timer).effects()).as("the timer is an old one").isEmpty();
        driver.now = 2_000;
        assertThat(fire(next).removals()).containsExactly(id);
        assertThat(driver.lease(2, hello).all(Grant.class)).isEmpty();
    }

    @Test
    void timerOfTheStartDoesNotEndTheIdleContainer() {
        ContainerId id = driver.lease(1, hello).created();
        ArmTimer start = driver.only(ArmTimer.class);
        driver.started(id);
        driver.initialised(id);
        driver.released(id);
        driver.now = 900_000;
        assertThat(fire(start).effects()).isEmpty();
    }

    @Test
    void oneTimerAtATimeIsUnderWayHoweverManyCallsCome() {
        ContainerId id = driver.idle(hello);
        for (int i = 0; i < 100; i++) {
            driver.now++;
            driver.lease(i, hello);
            assertThat(driver.released(id).effects()).isEmpty();
        }
    }

    @Test
    void withoutKeepAliveTheContainerGoesRightAfterItsCall() {
        Demand brief = withKeepAlive(demand("brief", 128), Duration.ZERO, 0);
        ContainerId id = driver.busy(brief);
        assertThat(driver.released(id).removalReason()).isEqualTo(RemovalReason.KEEP_ALIVE);
    }

    @Test
    void withoutKeepAliveAStartThatNobodyWaitsForIsNotInitialised() {
        Demand brief = withKeepAlive(demand("brief", 128), Duration.ZERO, 0);
        ContainerId id = driver.lease(1, brief).created();
        driver.cancel(1);
        assertThat(driver.started(id).removalReason()).isEqualTo(RemovalReason.KEEP_ALIVE);
    }

    @Test
    void minWarmContainersStayWhateverKeepAliveSays() {
        Demand kept = withKeepAlive(demand("kept", 128), Duration.ofSeconds(1), 1);
        List<ContainerId> ids = List.of(driver.busy(kept), driver.busy(kept));
        assertThat(driver.released(ids.get(0)).effects()).as("needs no timer").isEmpty();
        ArmTimer timer = driver.released(ids.get(1)).only(ArmTimer.class);
        driver.now = 1_000;
        assertThat(fire(timer).removals()).containsExactly(ids.get(1));
        driver.now = 1_000_000;
        assertThat(driver.lease(1, kept).granted().container()).isEqualTo(ids.get(0));
    }

    @Test
    void whenAMinWarmContainerDiesTheNextOldestIsKeptInItsPlace() {
        Demand kept = withKeepAlive(demand("kept", 128), Duration.ofSeconds(1), 1);
        List<ContainerId> ids = List.of(driver.busy(kept), driver.busy(kept));
        driver.released(ids.get(0));
        ArmTimer timer = driver.released(ids.get(1)).only(ArmTimer.class);
        driver.lost(ids.get(0));
        driver.now = 1_000;
        assertThat(fire(timer).effects()).isEmpty();
        assertThat(driver.state(ids.get(1))).isEqualTo(ContainerState.IDLE);
    }

    @Test
    void idleTimeIsThatOfContainersAtRestAndIsToldOnce() {
        ContainerId id = driver.idle(hello);
        driver.now = 700;
        driver.lease(1, hello);
        driver.now = 5_000;
        assertThat(driver.pool.idleTime(driver.now)).containsExactly(idle(700));
        driver.released(id);
        driver.now = 5_400;
        assertThat(driver.pool.idleTime(driver.now)).containsExactly(idle(400));
        assertThat(driver.pool.idleTime(driver.now)).isEmpty();
        driver.now = 5_500;
        driver.then(p -> p.revisionGone(hello.revision(), driver.now));
        driver.now = 9_000;
        assertThat(driver.pool.idleTime(driver.now)).as("it has gone").containsExactly(idle(100));
    }

    @Test
    void idleTimeOfEachRevisionHasItsOwnMemory() {
        driver.idle(hello, 2);
        Demand other = demand("other", 512);
        driver.idle(other);
        driver.now = 1_000;
        assertThat(driver.pool.idleTime(driver.now))
                .containsExactlyInAnyOrder(
                        idle(2_000),
                        new IdleTime(other.revision(), 1_000 * Bytes.ofMiB(512).value()));
    }

    private IdleTime idle(long millis) {
        return new IdleTime(hello.revision(), millis * Bytes.ofMiB(128).value());
    }
}
