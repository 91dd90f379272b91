package dev.hearth.gateway.image.cluster;

import dev.hearth.common.pki.Peer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes by which members of the cluster take images: what the registry has by digest, and archives. Whoever shows no
 * certificate of the cluster gets nothing, and no route lists or writes anything.
 */
final class MemberGate implements Consumer<Router> {
    private static final Logger LOG = LoggerFactory.getLogger(MemberGate.class);
    private static final String DIGEST = "sha256:[0-9a-f]{64}";
    private static final Pattern STORED =
            Pattern.compile("/v2/(" + ImageStoreSettings.REPOSITORY + "/(manifests|blobs)/" + DIGEST + ")?");
    private static final Pattern IMAGE = Pattern.compile(DIGEST);
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;

    private final Optional<StorePassage> store;
    private final Archives archives;

    MemberGate(Optional<StorePassage> store, Archives archives) {
        this.store = store;
        this.archives = archives;
    }

    @Override
    public void accept(Router router) {
        router.route("/v2/*").handler(c -> admit(c, this::stored));
        router.route("/images/:id/archive").handler(c -> admit(c, this::archive));
    }

    private void admit(RoutingContext c, BiConsumer<RoutingContext, Peer> then) {
        HttpServerRequest request = c.request();
        Optional<Peer> member = Peer.of(request.connection().sslSession());
        if (member.isEmpty()) {
            LOG.warn("event=stranger_refused path={} from={}", request.path(), request.remoteAddress());
            refuse(request, FORBIDDEN, "this needs the certificate of a member of the cluster");
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            refuse(request, NOT_ALLOWED, "images are read here, not written");
        } else {
            then.accept(c, member.get());
        }
    }

    private void stored(RoutingContext c, Peer member) {
        HttpServerRequest request = c.request();
        if (!STORED.matcher(request.path()).matches()) {
            refuse(request, NOT_FOUND, "images are read by digest from " + ImageStoreSettings.REPOSITORY);
        } else if (store.isEmpty()) {
            refuse(request, NOT_FOUND, "this head has no registry (images.registry)");
        } else {
            store.get().pass(request, member);
        }
    }

    private void archive(RoutingContext c, Peer member) {
        String image = String.valueOf(c.pathParam("id"));
        if (IMAGE.matcher(image).matches()) {
            archives.send(c.request(), image, member);
        } else {
            refuse(c.request(), NOT_FOUND, "an image is named by its id here");
        }
    }

    static void refuse(HttpServerRequest request, int status, String why) {
        request.response().setStatusCode(status).putHeader("Content-Type", "text/plain");
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().end();
        } else {
            request.response().end(why + "\n");
        }
    }
}
