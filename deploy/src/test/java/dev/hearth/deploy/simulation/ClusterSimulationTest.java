package dev.hearth.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hearth.deploy.simulation.SimulatedContainer.State;
import dev.hearth.deploy.simulation.trace.Trace;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.invoker.pool.IdleTime;
import dev.hearth.invoker.pool.PoolSnapshot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class ClusterSimulationTest {
    private static final List<String> POLICIES = PlacementPolicy.NAMES;
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @FieldSource("POLICIES")
    void eachCallEndsOnceAndNoWorkerIsAboveItsBudgets(String policy) {
        // Far too small, so that calls queue, expire and evict each other.
        Scenario scenario = Sample.scenario(4, Sample.worker(1_200), policy, KEEP_ALIVE);
        for (long seed = 1; seed <= 3; seed++) {
            Simulation simulation = new Simulation(scenario, Sample.trace(seed, 60, 4, Duration.ofMinutes(20)));
            watch(simulation);
            simulation.play();
            Outcome.Calls calls = simulation.outcome().calls();
            assertThat(calls.ended() + calls.expired() + calls.rejected() + calls.failed())
                    .as("calls that ended, seed %d", seed)
                    .isEqualTo(calls.arrived())
                    .isGreaterThan(500);
            assertThat(calls.warm() + calls.prewarmed() + calls.cold()).isEqualTo(calls.ended());
            simulation.settle();
            check(simulation);
            assertThat(simulation.workers()).allSatisfy(worker -> {
                assertThat(worker.pool().snapshot().idle())
                        .as("idle at the end")
                        .isEmpty();
                assertThat(worker.pool().snapshot().slots().used()).isZero();
            });
        }
    }

    /** Looks at each ten seconds of the trace. */
    private static void watch(Simulation simulation) {
        long end = Duration.ofMinutes(20).toNanos() / 1_000;
        for (long at = 0; at < end; at += 10_000_000) {
            simulation.agenda().at(at, () -> check(simulation));
        }
    }

    private static void check(Simulation simulation) {
        for (Worker worker : simulation.workers()) {
            worker.pool().check();
            PoolSnapshot now = worker.pool().snapshot();
            assertThat(now.memory().free()).as("free memory of %s", worker.id()).isNotNegative();
            assertThat(now.scratch().free()).isNotNegative();
            assertThat(now.slots().free()).isNotNegative();
        }
    }

    @Test
    void theSameSeedGivesTheSameOutcome() {
        for (String policy : POLICIES) {
            assertThat(run(5, policy, KEEP_ALIVE)).isEqualTo(run(5, policy, KEEP_ALIVE));
        }
        assertThat(run(5, "random", KEEP_ALIVE)).isNotEqualTo(run(6, "random", KEEP_ALIVE));
    }

    @Test
    void aLongerKeepAliveMakesFewerColdStarts() {
        double last = 1;
        for (int minutes : new int[] {0, 1, 5, 30}) {
            Outcome outcome = run(3, "fcfs", Duration.ofMinutes(minutes));
            double notWarm = outcome.calls()
                    .share(outcome.calls().cold() + outcome.calls().prewarmed());
            assertThat(notWarm)
                    .as("share of calls that were not warm, %d minutes", minutes)
                    .isLessThan(last);
            last = notWarm;
        }
    }

    @Test
    void idleTimeIsWhatThePoolsCount() {
        Scenario scenario = Sample.scenario(3, Sample.worker(4_096), "fcfs", KEEP_ALIVE);
        Simulation simulation = new Simulation(scenario, Sample.trace(9, 40, 1, HOUR));
        simulation.play();
        double told = simulation.workers().stream()
                .flatMap(worker -> worker.pool().idleTime(simulation.agenda().millis()).stream())
                .mapToDouble(IdleTime::byteMillis)
                .sum();
        double idle = simulation.tally().memory.byteSeconds(State.IDLE);
        assertThat(idle).isCloseTo(told / 1e3, within(idle / 1_000));
    }

    @Test
    void lookingForWhatIsThereMakesFewerColdStartsThanChance() {
        long cold = 0;
        long coldByChance = 0;
        for (long seed = 1; seed <= 4; seed++) {
            cold += run(seed, "fcfs", KEEP_ALIVE).calls().cold();
            coldByChance += run(seed, "random", KEEP_ALIVE).calls().cold();
        }
        assertThat(cold).isLessThan(coldByChance);
    }

    @Test
    void aWarmCallWaitsForTwoMessagesAtMost() {
        Outcome outcome = run(2, "fcfs", KEEP_ALIVE);
        assertThat(outcome.waits().p50()).isEqualTo(0.1, within(0.01));
        assertThat(outcome.waits().meanCold()).isGreaterThan(150);
    }

    @Test
    @Tag("long")
    void aDayOfAThousandWorkersConservesItsCalls() {
        Scenario scenario = Sample.scenario(1_000, Sample.worker(8_192), "balanced", Duration.ofMinutes(10));
        try (Trace day = Sample.trace(1, 10_000, 100, Duration.ofDays(1))) {
            Outcome.Calls calls = Simulation.of(scenario, day).calls();
            assertThat(calls.arrived()).isGreaterThan(7_000_000);
            assertThat(calls.ended() + calls.expired() + calls.rejected() + calls.failed())
                    .isEqualTo(calls.arrived());
        }
    }

    private static Outcome run(long seed, String policy, Duration keepAlive) {
        Scenario scenario = Sample.scenario(5, Sample.worker(6_144), policy, keepAlive);
        try (Trace trace = Sample.trace(seed, 80, 2, HOUR)) {
            return Simulation.of(scenario, trace);
        }
    }
}
