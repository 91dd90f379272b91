package dev.hearth.gateway.image.cluster;

import dev.hearth.common.pki.Peer;
import dev.hearth.common.relay.Relay;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what members read on to the registry and its answer back, piece by piece and no faster than the member takes it. */
final class StorePassage {
    private static final Logger LOG = LoggerFactory.getLogger(StorePassage.class);
    private static final int UNAVAILABLE = 502;

    private final ImageStore store;
    private final StoreMeters meters;

    StorePassage(ImageStore store, StoreMeters meters) {
        this.store = store;
        this.meters = meters;
    }

    void pass(HttpServerRequest request, Peer member) {
        // Until the registry answers nobody reads the request: it has no body that counts.
        request.pause();
        String path = String.valueOf(request.path());
        String digest = path.substring(path.lastIndexOf('/') + 1);
        store.use().begin(digest);
        RequestOptions options = Relay.ask(request, store.request(request.method(), path));
        store.client()
                .request(options)
                .compose(asked -> asked.send()
                        .compose(answer -> Relay.answer(answer, request.response(), meters.sentByRegistry()::increment))
                        .onFailure(cut -> asked.reset()))
                .onComplete(done -> store.use().end(digest))
                .onFailure(failure -> failed(request, member, failure));
    }

    private static void failed(HttpServerRequest request, Peer member, Throwable failure) {
        LOG.warn(
                "event=image_passage_failed path={} node={} reason=\"{}\"",
                request.path(),
                member.node(),
                failure.getMessage());
        if (request.response().headWritten()) {
            request.connection().close();
        } else {
            MemberGate.refuse(
                    request, UNAVAILABLE, "the head's registry of images does not answer: " + failure.getMessage());
        }
    }
}
