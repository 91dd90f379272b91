package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageProducer;
import java.util.HashMap;
import java.util.Map;

/** Sends to invokers, one producer per node, so that a node nobody listens for is noticed at once. */
final class CallBus {
    private final EventBus bus;
    private final Map<String, MessageProducer<BusMessage>> producers = new HashMap<>();

    CallBus(EventBus bus) {
        this.bus = bus;
    }

    /** The future fails when no invoker listens for that node. */
    Future<Void> send(String node, BusMessage message) {
        return producers
                .computeIfAbsent(node, n -> bus.sender(BusAddress.invoker(n), BusCodec.options()))
                .write(message);
    }

    void forget(String node) {
        MessageProducer<BusMessage> producer = producers.remove(node);
        if (producer != null) {
            producer.close();
        }
    }
}
