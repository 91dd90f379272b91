package dev.hearth.gateway;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CodeQuery;
import dev.hearth.common.bus.CodeReply;
import dev.hearth.common.bus.RevisionGone;
import dev.hearth.common.bus.RevisionQuery;
import dev.hearth.common.bus.RevisionReply;
import dev.hearth.gateway.registry.Change;
import dev.hearth.gateway.registry.Registry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;

/** Answers what invokers ask about revisions and code, and tells them which revisions take no more calls. */
final class RegistryDesk {
    private static final int REGISTRY_FAULT = 1;

    private final Vertx vertx;
    private final Registry registry;

    RegistryDesk(Vertx vertx, Registry registry) {
        this.vertx = vertx;
        this.registry = registry;
    }

    void start() {
        vertx.eventBus().consumer(BusAddress.REGISTRY, this::asked);
        registry.onChange(this::changed);
    }

    private void asked(Message<BusMessage> message) {
        switch (message.body()) {
            case RevisionQuery query ->
                reply(message, registry.revision(query.id()).map(RevisionReply::new));
            case CodeQuery query ->
                reply(
                        message,
                        registry.code(query.digest(), query.offset(), BusAddress.PIECE)
                                .map(piece -> new CodeReply(piece.total(), piece.bytes())));
            default -> message.fail(REGISTRY_FAULT, "the registry does not answer this");
        }
    }

    private static void reply(Message<BusMessage> message, Future<? extends BusMessage> answer) {
        answer.onComplete(done -> {
            if (done.succeeded()) {
                message.reply(done.result(), BusCodec.options());
            } else {
                message.fail(REGISTRY_FAULT, String.valueOf(done.cause().getMessage()));
            }
        });
    }

    private void changed(Change change) {
        change.before()
                .ifPresent(old ->
                        vertx.eventBus().publish(BusAddress.INVOKERS, new RevisionGone(old.id()), BusCodec.options()));
    }
}
