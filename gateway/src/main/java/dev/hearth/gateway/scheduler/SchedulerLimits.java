package dev.hearth.gateway.scheduler;

import java.time.Duration;

/**
 * The scheduler's bounds.
 *
 * @param queue calls that may wait in all; 0: a call that cannot be placed at once is rejected
 * @param queuePerFunction calls of one function that may wait
 * @param patience age at which the oldest call that finds no room gets a node reserved
 * @param refusalBackoff time after which a node is offered a refused revision again though nothing on it changed
 * @param fairShare whether namespaces take turns, instead of first come, first served among all
 */
public record SchedulerLimits(
        int queue, int queuePerFunction, Duration patience, Duration refusalBackoff, boolean fairShare) {
    public static final SchedulerLimits DEFAULT =
            new SchedulerLimits(100_000, 10_000, Duration.ofSeconds(2), Duration.ofMillis(200));

    /** First come, first served among all. */
    public SchedulerLimits(int queue, int queuePerFunction, Duration patience, Duration refusalBackoff) {
        this(queue, queuePerFunction, patience, refusalBackoff, false);
    }

    public SchedulerLimits {
        if (queue < 0 || queuePerFunction < 0) {
            throw new IllegalArgumentException("queue bounds are " + queue + " in all and " + queuePerFunction
                    + " per function, must be 0 or more");
        }
        if (patience.isNegative() || !refusalBackoff.isPositive()) {
            throw new IllegalArgumentException("patience is " + patience + " and refusal back-off " + refusalBackoff
                    + ", must be 0 or more, and more than 0");
        }
    }
}
