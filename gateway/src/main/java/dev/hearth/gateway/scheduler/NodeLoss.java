package dev.hearth.gateway.scheduler;

import java.util.List;

/**
 * What follows from the loss of a node.
 *
 * @param running the calls that were in flight there, in order of placement; the scheduler holds them no longer
 * @param decisions what else is to be done
 */
public record NodeLoss(List<Ticket> running, List<Decision> decisions) {
    public NodeLoss {
        running = List.copyOf(running);
        decisions = List.copyOf(decisions);
    }
}
