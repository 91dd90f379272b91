package dev.hearth.deploy.simulation;

import dev.hearth.deploy.simulation.SimulatedContainer.State;
import dev.hearth.invoker.pool.RemovalReason;

/**
 * What came of a simulation.
 *
 * @param policy the placement policy
 * @param seconds from the first moment to the last call's end, on the virtual clock
 * @param events what the virtual clock let happen
 * @param functions functions that were called
 * @param calls calls by how they went
 * @param waits from arrival to the begin of the run, of calls that ran
 * @param memory what the workers' memory was held for
 * @param containers containers made and removed
 * @param images images fetched and removed
 * @param messages between head and workers, beside those of calls
 */
public record Outcome(
        String policy,
        double seconds,
        long events,
        long functions,
        Calls calls,
        Times waits,
        Memory memory,
        Containers containers,
        Images images,
        Messages messages) {

    /**
     * Calls.
     *
     * @param arrived all of them; each is in exactly one of ended, expired, rejected and failed
     * @param warm began in an idle container
     * @param prewarmed began in a stem cell
     * @param cold began in a container that was made for them, or waited for one that was
     * @param expired waited in the queue until their time was over
     * @param rejected found the queue full
     * @param failed found no container or image that could be made
     */
    public record Calls(
            long arrived, long ended, long warm, long prewarmed, long cold, long expired, long rejected, long failed) {
        /** Part of the calls that ran. */
        public double share(long some) {
            return ended == 0 ? 0 : (double) some / ended;
        }
    }

    /**
     * Times in milliseconds.
     *
     * @param p99cold of those alone that began cold
     */
    public record Times(double mean, double p50, double p99, double max, double meanCold, double p99cold) {}

    /**
     * Bytes x seconds.
     *
     * @param busy while a call ran
     * @param idle of idle containers
     * @param stems of stem cells
     * @param starting of containers that start, load code or are removed
     * @param capacity of all workers over all the time
     */
    public record Memory(double busy, double idle, double stems, double starting, double capacity) {
        /** What was held without a call, for each byte-second of one that ran. */
        public double waste() {
            return busy == 0 ? 0 : (idle + stems + starting) / busy;
        }

        public double utilisation() {
            return busy / capacity;
        }

        public double reserved() {
            return (busy + idle + stems + starting) / capacity;
        }
    }

    /**
     * Containers, stem cells among them.
     *
     * @param keepAlive removed since they had been idle for so long
     * @param evicted removed for others that needed the room
     * @param surplus stem cells that were not wanted any more
     */
    public record Containers(long created, long keepAlive, long evicted, long surplus) {}

    /**
     * Images of functions.
     *
     * @param bytes fetched in all
     */
    public record Images(long fetched, long bytes, long removed) {}

    /**
     * Messages.
     *
     * @param statuses of workers; one that says nothing new is not counted
     * @param refusals placements that the worker had no room for
     * @param mostQueued calls in the queue at the worst moment
     */
    public record Messages(long statuses, long refusals, int mostQueued) {}

    static Outcome of(Scenario scenario, Tally tally, Agenda agenda, int functions) {
        double seconds = agenda.now() / 1e6;
        return new Outcome(
                scenario.policy(),
                seconds,
                agenda.played(),
                functions,
                calls(tally),
                times(tally),
                memory(tally.memory, scenario, seconds),
                containers(tally),
                new Images(tally.fetches, tally.fetchedBytes, tally.imagesRemoved),
                new Messages(tally.statuses, tally.refusals, tally.mostQueued));
    }

    private static Calls calls(Tally tally) {
        return new Calls(
                tally.arrived,
                tally.ended,
                tally.warm,
                tally.prewarmed,
                tally.cold,
                tally.expired,
                tally.rejected,
                tally.failed);
    }

    private static Times times(Tally tally) {
        Waits waits = tally.waits;
        return new Times(
                waits.meanMillis(),
                waits.millisAt(0.5),
                waits.millisAt(0.99),
                waits.mostMillis(),
                tally.coldWaits().meanMillis(),
                tally.coldWaits().millisAt(0.99));
    }

    private static Memory memory(MemoryTime held, Scenario scenario, double seconds) {
        return new Memory(
                held.byteSeconds(State.BUSY),
                held.byteSeconds(State.IDLE),
                held.byteSeconds(State.STEM),
                held.byteSeconds(State.STARTING) + held.byteSeconds(State.REMOVING),
                (double) scenario.worker().memory().value() * scenario.workers() * seconds);
    }

    private static Containers containers(Tally tally) {
        long evicted = tally.removals(RemovalReason.EVICTED_MEMORY)
                + tally.removals(RemovalReason.EVICTED_SCRATCH)
                + tally.removals(RemovalReason.EVICTED_DISK);
        return new Containers(
                tally.created,
                tally.removals(RemovalReason.KEEP_ALIVE),
                evicted,
                tally.removals(RemovalReason.SURPLUS_STEM));
    }
}
