package dev.hearth.deploy.simulation;

import dev.hearth.common.units.Bytes;
import dev.hearth.deploy.simulation.trace.AzureLike;
import dev.hearth.deploy.simulation.trace.SyntheticTrace;
import dev.hearth.deploy.simulation.trace.Trace;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import dev.hearth.invoker.pool.EvictionPolicy;
import java.time.Duration;
import java.util.Map;

/** Clusters and traces for tests. */
final class Sample {
    static final Costs COSTS = new Costs(
            Duration.ofNanos(100_000),
            Map.of(
                    "python3",
                    Duration.ofMillis(170),
                    "nodejs",
                    Duration.ofMillis(320),
                    "image",
                    Duration.ofMillis(300)),
            Map.of("python3", Duration.ofMillis(3), "image", Duration.ofMillis(5)),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Bytes.ofMiB(57),
            Bytes.ofMiB(500));

    private Sample() {}

    static WorkerShape worker(long memoryMiB) {
        return new WorkerShape(
                Bytes.ofMiB(memoryMiB),
                Bytes.ofMiB(memoryMiB / 2),
                Bytes.ofGiB(3),
                64,
                4,
                EvictionPolicy.LRU,
                Map.of("python3", 1, "nodejs", 1),
                8);
    }

    static Scenario scenario(int workers, WorkerShape worker, String policy, Duration keepAlive) {
        return new Scenario(
                workers,
                worker,
                COSTS,
                policy,
                1,
                SchedulerLimits.DEFAULT,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                keepAlive,
                Bytes.ofMiB(64),
                Duration.ofSeconds(1),
                Duration.ofDays(1));
    }

    static Trace trace(long seed, int functions, double rate, Duration length) {
        return new SyntheticTrace(new AzureLike(seed, functions, rate, length));
    }
}
