package dev.hearth.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What the node knew of an invocation at one moment.
 *
 * @param function its name
 * @param state NEW, ADMITTED, SCHEDULABLE, RUNNING or DONE
 * @param outcome SUCCESS or the code of the failure; empty while it runs
 * @param submittedAt when it was accepted
 * @param dispatchedAt when it was sent to a node; empty when it was not yet
 * @param startedAt when the function's code began
 * @param endedAt when its outcome was known
 * @param node which node ran it; empty before that
 * @param start cold, prewarmed or warm; empty before that
 * @param attempts how often it was sent to a node
 * @param billedGbSeconds its cost
 * @param cause why it failed
 * @param why a sentence or two on why it went so
 */
public record InvocationRecord(
        String id,
        String function,
        long revision,
        String state,
        String outcome,
        Instant submittedAt,
        Optional<Instant> dispatchedAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        String node,
        String start,
        long attempts,
        double billedGbSeconds,
        Optional<FailureCause> cause,
        String why) {

    static InvocationRecord of(Fields fields) {
        return new InvocationRecord(
                fields.text("id"),
                fields.text("function"),
                fields.whole("revision"),
                fields.text("state"),
                fields.text("outcome"),
                fields.instant("submittedAt").orElse(Instant.EPOCH),
                fields.instant("dispatchedAt"),
                fields.instant("startedAt"),
                fields.instant("endedAt"),
                fields.text("node"),
                fields.text("start"),
                fields.whole("attempts"),
                fields.fraction("billedGbSeconds"),
                fields.object("cause").map(FailureCause::of),
                fields.text("why"));
    }

    public boolean isDone() {
        return state.equals("DONE");
    }

    public boolean hasSucceeded() {
        return outcome.equals("SUCCESS");
    }
}
