package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallSender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** Sends to invokers, one sender per node, so that a node nobody listens for is noticed at once. */
final class CallBus {
    private final Vertx vertx;
    private final Map<String, CallSender> senders = new HashMap<>();

    CallBus(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The future fails when no invoker listens for that node. */
    Future<Void> send(String node, CallMessage message) {
        return senders.computeIfAbsent(node, n -> new CallSender(vertx, BusAddress.invoker(n)))
                .send(message);
    }

    void forget(String node) {
        CallSender sender = senders.remove(node);
        if (sender != null) {
            sender.close();
        }
    }
}
