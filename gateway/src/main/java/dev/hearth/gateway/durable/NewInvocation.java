package dev.hearth.gateway.durable;

import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.Kept.Event;

/**
 * An asynchronous call that was read whole and may be accepted.
 *
 * @param submittedAt Unix milliseconds
 * @param dueAt since when it may run
 * @param waits the wait that dueAt is the end of, in milliseconds; -1 when dueAt was given as a date
 * @param expiresAt 0 for never
 * @param idempotencyKey empty for none
 */
record NewInvocation(
        InvocationId id,
        Revision revision,
        Event event,
        long submittedAt,
        long dueAt,
        long waits,
        long expiresAt,
        Terms terms,
        String idempotencyKey) {

    QueuedRow row() {
        return new QueuedRow(
                id,
                Callee.of(revision),
                submittedAt,
                dueAt,
                waits,
                expiresAt,
                event.body().length(),
                terms,
                0,
                new RetryRule.Past(0, 0));
    }
}
