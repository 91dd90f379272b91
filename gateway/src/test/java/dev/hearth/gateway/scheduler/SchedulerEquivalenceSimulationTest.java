package dev.hearth.gateway.scheduler;

import org.junit.jupiter.api.Test;

/** Holds the indexed scheduler, decision by decision, to the naive pass over the whole queue. */
final class SchedulerEquivalenceSimulationTest {
    private static final int SEEDS = 300;
    private static final int EVENTS = 400;

    @Test
    void decidesAsTheNaivePassOverTheWholeQueueDoes() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomEvents events = new RandomEvents(seed);
            int step = 0;
            try {
                for (; step < EVENTS; step++) {
                    events.next();
                }
                events.endAll();
            } catch (AssertionError | RuntimeException fault) {
                throw new AssertionError("seed " + seed + ", event " + step + ": " + events.last(), fault);
            }
        }
    }
}
