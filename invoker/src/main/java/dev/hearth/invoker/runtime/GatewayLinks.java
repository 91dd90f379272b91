package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallSender;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to gateways, one sender each. */
final class GatewayLinks {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLinks.class);

    private final Vertx vertx;
    private final Map<String, CallSender> senders = new HashMap<>();

    GatewayLinks(Vertx vertx) {
        this.vertx = vertx;
    }

    void tell(String gateway, CallMessage message) {
        CallSender sender = senders.computeIfAbsent(gateway, id -> new CallSender(vertx, BusAddress.gateway(id)));
        sender.send(message).onFailure(fault -> {
            // The gateway is gone: it has told its clients so itself, or they saw it die.
            LOG.warn("event=gateway_unreachable gateway={} reason=\"{}\"", gateway, fault.getMessage());
            if (senders.remove(gateway, sender)) {
                sender.close();
            }
        });
    }
}
