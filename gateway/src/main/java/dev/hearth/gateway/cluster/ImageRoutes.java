package dev.hearth.gateway.cluster;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.http.BodyStream;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.SmallDocuments;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.PullProgress;
import dev.hearth.gateway.image.ResolvedImage;
import dev.hearth.gateway.image.cluster.ClusterImages;
import dev.hearth.gateway.registry.Registry;
import dev.hearth.gateway.registry.SpecReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code /v1/images}: lists the images of the head, pulls and imports some. */
public final class ImageRoutes implements Consumer<Router> {
    private static final String WHAT = "the archive of images (gateway.image-bytes)";
    private static final String JSON = "application/json";

    private final NodeImages nodes;
    private final ImageService images;
    private final Registry functions;
    private final SmallDocuments documents;
    private final Bounds bounds;
    private final ClusterImages store;

    /**
     * What requests are held to.
     *
     * @param archive largest archive
     * @param stall how long a client may send nothing of it
     * @param longestWait longest {@code ?wait=}
     */
    public record Bounds(Bytes archive, Duration stall, Duration longestWait) {}

    /**
     * Where images are.
     *
     * @param images on the head's engine
     * @param store from which nodes with engines of their own take them
     */
    public record Sources(ImageService images, ClusterImages store) {}

    /**
     * Routes over these images.
     *
     * @param nodes who say how images stand
     * @param functions whose images they are
     */
    public ImageRoutes(NodeImages nodes, Sources sources, Registry functions, SmallDocuments documents, Bounds bounds) {
        this.nodes = nodes;
        this.images = sources.images();
        this.store = sources.store();
        this.functions = functions;
        this.documents = documents;
        this.bounds = bounds;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/images").handler(this::list);
        router.post("/v1/images").handler(this::bring);
    }

    private void list(RoutingContext c) {
        Query.of(c.queryParams());
        Context here = Objects.requireNonNull(Vertx.currentContext(), "no event loop");
        images.all()
                .compose(found -> nodes.ask().map(said -> ImageTable.of(found, functions.allCurrent(), said, store)))
                .onComplete(
                        table -> here.runOnContext(ignored -> table.send(c.request())),
                        failure -> ErrorAnswer.of(failure).send(c.request()));
    }

    private void bring(RoutingContext c) {
        Future<Reply> reply;
        try {
            reply = brought(c);
        } catch (HearthException refused) {
            reply = Future.failedFuture(refused);
        }
        reply.onComplete(
                done -> done.send(c.request()),
                failure -> ErrorAnswer.of(failure).send(c.request()));
    }

    private Future<Reply> brought(RoutingContext c) {
        String type = Objects.requireNonNullElse(c.request().headers().get(HttpHeaders.CONTENT_TYPE), "");
        String plain = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (plain) {
            case "application/x-tar" -> load(c);
            case JSON -> pull(c);
            default ->
                Future.failedFuture(new HearthException(
                        ErrorCode.INVALID_REQUEST,
                        "the Content-Type must be application/json with {\"pull\": \"REFERENCE\"}, or"
                                + " application/x-tar with what 'docker save' writes"));
        };
    }

    private Future<Reply> load(RoutingContext c) {
        Query.of(c.queryParams());
        return images.load(BodyStream.of(c.request(), bounds.archive(), WHAT, bounds.stall()))
                .map(ImageRoutes::here);
    }

    private Future<Reply> pull(RoutingContext c) {
        Optional<Duration> wait =
                Query.of(c.queryParams(), "wait").duration("wait", bounds.longestWait(), "gateway.wait-max");
        return documents.read(c.request(), "the request", "pull").compose(document -> {
            String reference = document.text("pull");
            SpecReader.checkImage(reference);
            Future<Reply> pulled =
                    images.pull(FunctionName.DEFAULT_NAMESPACE, reference).map(image -> here(List.of(image)));
            return wait.map(longest -> within(pulled, longest, reference)).orElse(pulled);
        });
    }

    /** The pull goes on when the wait is over; who asks again waits for the same one. */
    private Future<Reply> within(Future<Reply> pulled, Duration wait, String reference) {
        return pulled.timeout(wait.toMillis() + 1, TimeUnit.MILLISECONDS)
                .recover(failure -> pulled.isComplete() ? pulled : Future.succeededFuture(underWay(reference)));
    }

    private Reply underWay(String reference) {
        PullProgress progress =
                images.progress(FunctionName.DEFAULT_NAMESPACE, reference).orElse(PullProgress.NONE);
        JsonObject json = new JsonObject().put("reference", reference).put("pull", progress.toJson());
        return new Reply(202, json, "PULLING " + reference + ": " + progress + "\n");
    }

    private static Reply here(List<ResolvedImage> images) {
        JsonArray all = new JsonArray();
        StringBuilder text = new StringBuilder();
        for (ResolvedImage image : images) {
            all.add(new JsonObject()
                    .put("reference", image.reference())
                    .put("id", image.id())
                    .put("size", image.size().value()));
            text.append(image.reference())
                    .append(' ')
                    .append(ImageTable.shortId(image.id()))
                    .append(' ')
                    .append(image.size().toMiB())
                    .append(" MiB\n");
        }
        return new Reply(200, new JsonObject().put("images", all), text.toString());
    }
}
