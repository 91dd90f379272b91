package dev.hearth.gateway.scheduler;

import java.time.Duration;
import java.util.List;

/**
 * What became of a submitted call. Decisions may concern other calls too and are to be carried out in either case.
 */
public sealed interface Submission {
    List<Decision> decisions();

    /** It is placed, expired (see the decisions) or waits in the queue. */
    record Accepted(List<Decision> decisions) implements Submission {
        public Accepted {
            decisions = List.copyOf(decisions);
        }
    }

    /**
     * It could not be placed at once, and the queue is full.
     *
     * @param bound which queue is full
     * @param queued calls in it
     * @param meanRunMillis mean run time of recent calls
     * @param slots slots of all ready nodes
     */
    record Rejected(Bound bound, int queued, long meanRunMillis, long slots, List<Decision> decisions)
            implements Submission {
        public Rejected {
            decisions = List.copyOf(decisions);
        }

        /** When a place should be free: queued x mean run / slots, in whole seconds from 1 up. */
        public Duration retryAfter() {
            double millis = (double) queued * meanRunMillis / Math.max(1, slots);
            return Duration.ofSeconds(Math.max(1, (long) Math.ceil(millis / 1000)));
        }
    }

    /** The bounds of the queue. */
    enum Bound {
        QUEUE,
        FUNCTION
    }
}
