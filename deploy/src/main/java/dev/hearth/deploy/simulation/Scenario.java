package dev.hearth.deploy.simulation;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import java.time.Duration;

/**
 * A cluster to be simulated, and what it is told of all functions.
 *
 * @param workers how many there are
 * @param worker what each is like
 * @param costs how long things take
 * @param policy {@code scheduler.policy}
 * @param seed of what the policy decides by chance
 * @param limits of the queue and its patience
 * @param queue how long a call may wait in the queue
 * @param startLimit how long it may then wait on its worker for a container
 * @param keepAlive how long functions keep an idle container
 * @param scratch limits.disk of all functions
 * @param heartbeat beat of a worker's status
 * @param length calls that arrive later are left out
 */
public record Scenario(
        int workers,
        WorkerShape worker,
        Costs costs,
        String policy,
        long seed,
        SchedulerLimits limits,
        Duration queue,
        Duration startLimit,
        Duration keepAlive,
        Bytes scratch,
        Duration heartbeat,
        Duration length) {
    public static final int MOST_WORKERS = 100_000;

    public Scenario {
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException("workers is " + workers + ", must be 1 to " + MOST_WORKERS);
        }
        if (!queue.isPositive() || !startLimit.isPositive() || !heartbeat.isPositive() || !length.isPositive()) {
            throw new IllegalArgumentException("queue, start limit, heartbeat and duration must be above 0");
        }
    }

    /** The same under another policy. */
    public Scenario with(String other) {
        return new Scenario(
                workers, worker, costs, other, seed, limits, queue, startLimit, keepAlive, scratch, heartbeat, length);
    }
}
