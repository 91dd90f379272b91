package dev.hearth.gateway.durable;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.Kept.Event;
import org.jspecify.annotations.Nullable;

/** An asynchronous invocation that is in memory: in the scheduler, on a node, or at its end; lives on the calls' event loop. */
final class DurableCall {
    final QueuedRow row;

    /** Its event, as long as it need not be read from the database. */
    @Nullable
    Event event;

    /** The attempt that is written down and has not ended; 0 for none. */
    int open;

    /** Whether somebody asked for its end. */
    boolean cancelled;

    /** Whether another head took the invocation over: what becomes of it here is nobody's business. */
    boolean dropped;

    DurableCall(QueuedRow row, @Nullable Event event) {
        this.row = row;
        this.event = event;
    }

    InvocationId id() {
        return row.id();
    }

    Callee callee() {
        return row.callee();
    }
}
