package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.StartKind;

/**
 * Invoker to gateway: the function's code runs. Sent only for calls that are not over within a moment, so that the
 * record of a long call tells the truth and the warm path stays free of it.
 *
 * @param startedAt Unix milliseconds
 */
public record Started(InvocationId id, int attempt, String node, StartKind start, long startedAt)
        implements CallMessage {}
