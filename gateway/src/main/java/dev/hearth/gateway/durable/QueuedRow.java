package dev.hearth.gateway.durable;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Callee;

/**
 * An invocation that has not ended, as the database has it.
 *
 * @param dueAt since when it may run, Unix milliseconds
 * @param waits the wait that dueAt was the end of, in milliseconds; -1 when dueAt was given as a date
 * @param expiresAt 0 for never
 * @param bytesIn length of its event
 * @param attempts the highest number of its attempts; 0 before the first
 * @param past what its attempts came to
 */
record QueuedRow(
        InvocationId id,
        Callee callee,
        long submittedAt,
        long dueAt,
        long waits,
        long expiresAt,
        long bytesIn,
        Terms terms,
        int attempts,
        RetryRule.Past past) {

    /** Milliseconds until it is due; 0 when it is, or when it would wait longer than it was meant to: the clock was set back. */
    long dueIn(long now) {
        long left = dueAt - now;
        return left <= 0 || (waits >= 0 && left > waits) ? 0 : left;
    }

    boolean expired(long now) {
        return expiresAt != 0 && now >= expiresAt;
    }

    long expiresIn(long now) {
        return expiresAt == 0 ? Long.MAX_VALUE : expiresAt - now;
    }
}
