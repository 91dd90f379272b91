package dev.hearth.gateway.destination;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Takes events for functions as asynchronous invocations. */
public interface FunctionTarget {
    /**
     * Accepts an event. Asked again with the same key it makes no second invocation.
     *
     * @param parent the invocation whose end it is
     * @param contentType of the event
     * @param idempotencyKey the delivery's id
     * @return told when the invocation is on disk; fails with a HearthException that says whether trying again can help
     */
    Future<InvocationId> accept(
            FunctionName function, InvocationId parent, String contentType, Buffer event, String idempotencyKey);
}
