package dev.hearth.gateway.invocation;

import dev.hearth.common.id.InvocationId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * What is different in a call that stands in the database: an attempt at an asynchronous invocation.
 *
 * @param submittedAt when the invocation was accepted, Unix milliseconds
 * @param dueAt since when it may run, Unix milliseconds: its place in the order of arrival
 * @param attempts the highest number that an earlier attempt had; 0 before the first
 * @param parent the invocation that asked for it
 * @param timeoutMillis its own limit of the run time; 0: that of its revision
 * @param bytes length of its event
 * @param preparation what has to be done before each dispatch
 */
public record Kept(
        long submittedAt,
        long dueAt,
        int attempts,
        Optional<InvocationId> parent,
        long timeoutMillis,
        long bytes,
        Preparation preparation) {
    /** What the function is called with, as {@link NewCall} has it. */
    public record Event(String contentType, Buffer headers, Buffer body) {}

    /** Writes an attempt down before it is sent to a node, and brings the event. */
    @FunctionalInterface
    public interface Preparation {
        /**
         * Completes when the attempt is on disk.
         *
         * @param record with the attempt's number and node
         */
        Future<Event> before(InvocationRecord record);
    }
}
