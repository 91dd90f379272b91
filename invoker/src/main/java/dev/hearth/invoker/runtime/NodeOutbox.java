package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;

/** Where the fleet speaks to: gateways about calls, the report about changes. */
record NodeOutbox(GatewayLinks links, NodeReport report) implements Fleet.Outbox {

    @Override
    public void tell(Attempt attempt, CallMessage message) {
        links.tell(attempt.dispatch.replyTo(), message);
    }

    @Override
    public void changed() {
        report.changed();
    }
}
