package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.scheduler.Demand;
import dev.hearth.gateway.scheduler.NodeView;
import dev.hearth.gateway.scheduler.Room;
import dev.hearth.gateway.scheduler.Ticket;
import java.util.Set;

/** Puts calls and nodes into the scheduler's words. */
final class Tickets {
    private Tickets() {}

    static Ticket of(NewCall call, long now) {
        Revision revision = call.revision();
        Demand demand = new Demand(
                revision.limits().memory(),
                revision.limits().disk(),
                revision.fromStemCell() ? revision.runtime() : "",
                revision.containerImage(),
                revision.limits().concurrency(),
                revision.limits().maxContainers());
        return new Ticket(call.id(), revision.function(), revision.id(), demand, now + call.queueMillis());
    }

    static NodeView view(NodeStatus status) {
        return new NodeView(
                status.node(),
                status.ready(),
                new Room(
                        (int) status.slots().capacity(),
                        new Bytes(status.memory().capacity()),
                        new Bytes(status.scratch().capacity())),
                new Room(
                        (int) status.slots().used(),
                        new Bytes(status.memory().used()),
                        new Bytes(status.scratch().used())),
                Room.NONE,
                status.idle(),
                status.stems(),
                Set.copyOf(status.images()));
    }
}
