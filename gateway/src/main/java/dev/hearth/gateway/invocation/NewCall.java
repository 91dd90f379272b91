package dev.hearth.gateway.invocation;

import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A call that may be queued.
 *
 * @param headers of the request as the function may read them
 * @param body the event; empty for one that is kept in the database
 * @param queueMillis how long it may wait for room
 * @param kept what is different if it is kept in the database
 */
public record NewCall(
        InvocationId id,
        Revision revision,
        String contentType,
        Buffer headers,
        Buffer body,
        long queueMillis,
        Responder responder,
        Optional<Kept> kept) {
    /** A call that a client waits for. */
    public NewCall(
            InvocationId id,
            Revision revision,
            String contentType,
            Buffer headers,
            Buffer body,
            long queueMillis,
            Responder responder) {
        this(id, revision, contentType, headers, body, queueMillis, responder, Optional.empty());
    }
}
