package dev.hearth.gateway;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.destination.Deliveries;
import dev.hearth.gateway.destination.DeliveryView;
import dev.hearth.gateway.destination.Destination;
import dev.hearth.gateway.destination.NewDelivery;
import dev.hearth.gateway.destination.NewDelivery.Event;
import dev.hearth.gateway.durable.Outbox;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Connects asynchronous invocations with those who are told of their ends. */
final class DestinationDesk implements Outbox {
    private final Deliveries deliveries;

    DestinationDesk(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    /** A destination as it was asked for, in its usual form; refused when nothing would ever be sent there. */
    String checked(String text) {
        Destination destination = Destination.parse(text);
        deliveries.check(destination);
        return destination.toString();
    }

    @Override
    public void add(
            Handle handle, InvocationRecord record, String target, String contentType, Optional<Buffer> output) {
        boolean success = record.failure().isEmpty();
        deliveries.add(
                handle,
                new NewDelivery(
                        record.id(),
                        record.callee().function().namespace(),
                        success ? Event.SUCCESS : Event.FAILURE,
                        Destination.parse(target, record.callee().function().namespace()),
                        RecordJson.of(record),
                        success
                                ? Optional.of(new NewDelivery.Output(contentType, record.bytesOut(), output))
                                : Optional.empty()));
    }

    @Override
    public void wake() {
        deliveries.wake();
    }

    @Override
    public Future<JsonArray> told(InvocationId id) {
        return deliveries.of(id).map(views -> {
            JsonArray all = new JsonArray();
            views.stream().map(DeliveryView::json).forEach(all::add);
            return all;
        });
    }
}
