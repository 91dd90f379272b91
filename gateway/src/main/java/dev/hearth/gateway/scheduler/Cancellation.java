package dev.hearth.gateway.scheduler;

import java.util.List;

/** What became of the wish to cancel a call. */
public sealed interface Cancellation {
    List<Decision> decisions();

    /** It was queued and has left the queue. */
    record Removed(List<Decision> decisions) implements Cancellation {
        public Removed {
            decisions = List.copyOf(decisions);
        }
    }

    /** It is on a node and stays planned there until its end is told. */
    record Running(String node, List<Decision> decisions) implements Cancellation {
        public Running {
            decisions = List.copyOf(decisions);
        }
    }

    /** The scheduler does not hold it (any more). */
    record Unknown(List<Decision> decisions) implements Cancellation {
        public Unknown {
            decisions = List.copyOf(decisions);
        }
    }
}
