package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;

/**
 * A message about one attempt of one invocation.
 *
 * <p>Attempts are fenced by (id, attempt): what belongs to an older attempt is dropped by its receiver.
 */
public sealed interface CallMessage extends BusMessage
        permits Dispatch, Cancel, Started, Refused, Outcome, Chunk, Credit, Moved {
    InvocationId id();

    int attempt();
}
