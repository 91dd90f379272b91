package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;

/**
 * Invoker to gateway: how the attempt ended.
 *
 * @param epoch as in the {@link Dispatch}
 * @param node id of the node that ran it
 * @param result the answer or the failure
 * @param start how the call came by its container; COLD also when none was had
 * @param startedAt when the run began, Unix milliseconds; 0 when it did not
 * @param why a sentence with the numbers compared: why this start kind, why it ended so; may be empty
 */
public record Outcome(
        InvocationId id,
        int attempt,
        long epoch,
        String node,
        CallResult result,
        StartKind start,
        Timings timings,
        long startedAt,
        String why)
        implements CallMessage {}
