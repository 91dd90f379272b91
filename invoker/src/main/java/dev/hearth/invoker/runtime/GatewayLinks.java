package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageProducer;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to gateways, one producer each. */
final class GatewayLinks {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLinks.class);

    private final EventBus bus;
    private final Map<String, MessageProducer<BusMessage>> producers = new HashMap<>();

    GatewayLinks(EventBus bus) {
        this.bus = bus;
    }

    void tell(String gateway, BusMessage message) {
        producers
                .computeIfAbsent(gateway, id -> bus.sender(BusAddress.gateway(id), BusCodec.options()))
                .write(message)
                .onFailure(fault -> {
                    // The gateway is gone: it has told its clients so itself, or they saw it die.
                    LOG.warn("event=gateway_unreachable gateway={} reason=\"{}\"", gateway, fault.getMessage());
                    MessageProducer<BusMessage> old = producers.remove(gateway);
                    if (old != null) {
                        old.close();
                    }
                });
    }
}
