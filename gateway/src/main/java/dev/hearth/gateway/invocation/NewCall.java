package dev.hearth.gateway.invocation;

import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.buffer.Buffer;

/**
 * A call that was read whole and may be queued.
 *
 * @param headers of the request as the function may read them
 * @param queueMillis how long it may wait for room
 */
public record NewCall(
        InvocationId id,
        Revision revision,
        String contentType,
        Buffer headers,
        Buffer body,
        long queueMillis,
        Responder responder) {}
