package dev.hearth.common.bus;

import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import io.vertx.core.buffer.Buffer;

/**
 * Gateway to invoker: run this call.
 *
 * @param epoch start of the gateway's life, Unix milliseconds; an outcome carries it back
 * @param replyTo id of the gateway that waits
 * @param startBudgetMillis how long the call may wait on the node for a container before NO_CAPACITY
 * @param timeoutMillis how long this call may run when that is less than limits.timeout; 0: as long as limits.timeout says
 * @param contentType of the event; may be empty
 * @param headers of the request as its function may read them, lines {@code name: value\n}; opaque on the way; may be empty
 * @param bodyLength bytes of the whole body
 * @param body the whole body, or its first part
 * @param more whether {@link Chunk}s follow
 */
public record Dispatch(
        InvocationId id,
        int attempt,
        long epoch,
        String replyTo,
        RevisionId revision,
        long startBudgetMillis,
        long timeoutMillis,
        String contentType,
        Buffer headers,
        long bodyLength,
        Buffer body,
        boolean more)
        implements CallMessage {}
