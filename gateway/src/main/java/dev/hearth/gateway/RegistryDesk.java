package dev.hearth.gateway;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CodeQuery;
import dev.hearth.common.bus.CodeReply;
import dev.hearth.common.bus.ImageCame;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.bus.RevisionGone;
import dev.hearth.common.bus.RevisionQuery;
import dev.hearth.common.bus.RevisionReply;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.Herald;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.cluster.ClusterImages;
import dev.hearth.gateway.registry.Change;
import dev.hearth.gateway.registry.Registry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;

/** Answers what invokers ask about revisions, code and images, and tells them which revisions take no more calls. */
final class RegistryDesk {
    private static final int REGISTRY_FAULT = 1;

    private final Vertx vertx;
    private final Registry registry;
    private final ImageService images;
    private final ClusterImages shared;

    RegistryDesk(Vertx vertx, Registry registry, ImageService images, ClusterImages shared) {
        this.vertx = vertx;
        this.registry = registry;
        this.images = images;
        this.shared = shared;
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
            case ImageFetch fetch ->
                reply(message, shared.shared(fetch).compose(own -> own ? brought(fetch) : shared.offer(fetch)));
            default -> message.fail(REGISTRY_FAULT, "the registry does not answer this");
        }
    }

    private Future<BusMessage> brought(ImageFetch fetch) {
        if (fetch.image().isEmpty()) {
            // A runtime's, and the node has this engine: it is there, or nowhere.
            return images.local(fetch.reference())
                    .map(found -> found.isPresent()
                            ? new ImageReply("", false, found.get().size().value())
                            : ImageReply.failed(ImageReply.HEAD_LACKS + fetch.reference()));
        }
        return images.bring(fetch.namespace(), fetch.reference(), fetch.image())
                .<BusMessage>map(image ->
                        new ImageReply("", image.fetched(), image.size().value()))
                .otherwise(failure -> ImageReply.failed(
                        failure instanceof HearthException told
                                ? told.failure().message()
                                : String.valueOf(failure.getMessage())));
    }

    /** Tells the node that shares the head's engine which images were fetched into it. */
    static Herald herald(Vertx vertx, EngineStock engine) {
        return (image, digest, size) -> engine.identity()
                .compose(own -> vertx.eventBus()
                        .<BusMessage>request(
                                BusAddress.images(own), new ImageCame(image, digest, size), BusCodec.options()))
                .compose(answer -> answer.body() instanceof ImageReply reply
                                && reply.fault().isEmpty()
                        ? Future.succeededFuture()
                        : Future.failedFuture("the node did not note it: " + answer.body()));
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
        change.now().ifPresent(shared::serves);
        change.before()
                .ifPresent(old ->
                        vertx.eventBus().publish(BusAddress.INVOKERS, new RevisionGone(old.id()), BusCodec.options()));
    }
}
