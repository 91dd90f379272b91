package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.scheduler.Demand;
import dev.hearth.gateway.scheduler.Needs;
import dev.hearth.gateway.scheduler.NodeView;
import dev.hearth.gateway.scheduler.Room;
import dev.hearth.gateway.scheduler.Ticket;
import java.util.Set;

/** Puts calls and nodes into the scheduler's words. */
final class Tickets {
    private Tickets() {}

    static Ticket of(NewCall call, long now) {
        Revision revision = call.revision();
        return new Ticket(call.id(), revision.function(), revision.id(), demand(revision), now + call.queueMillis());
    }

    static Demand demand(Revision revision) {
        return new Demand(
                revision.limits().memory(),
                revision.limits().disk(),
                revision.fromStemCell() ? revision.runtime() : "",
                revision.containerImage(),
                revision.limits().concurrency(),
                revision.limits().maxContainers(),
                needs(revision));
    }

    private static Needs needs(Revision revision) {
        boolean none = revision.requires().isNone() && revision.limits().gpus().isNone();
        return none
                ? Needs.NONE
                : new Needs(revision.requires(), revision.limits().gpus());
    }

    /** The node as it says it is; nothing goes to one that is drained. */
    static NodeView view(NodeStatus status, boolean drained) {
        return new NodeView(
                status.node(),
                status.ready() && !drained,
                new Room(
                        (int) status.slots().capacity(),
                        new Bytes(status.memory().capacity()),
                        new Bytes(status.scratch().capacity()),
                        (int) status.gpus().capacity()),
                new Room(
                        (int) status.slots().used(),
                        new Bytes(status.memory().used()),
                        new Bytes(status.scratch().used()),
                        (int) status.gpus().used()),
                Room.NONE,
                status.idle(),
                status.stems(),
                Set.copyOf(status.images()),
                status.labels());
    }
}
