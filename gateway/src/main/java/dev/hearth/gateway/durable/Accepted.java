package dev.hearth.gateway.durable;

import dev.hearth.common.id.InvocationId;

/**
 * An asynchronous call is on disk.
 *
 * @param id of the invocation, of an earlier one when the same idempotency key had made one
 * @param replayed whether it is an earlier one
 */
record Accepted(InvocationId id, boolean replayed) {}
