package dev.hearth.gateway.cluster;

import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.ResolvedImage;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code /v1/images}: the images of the head and the nodes that have them. */
public final class ImageRoutes {
    private static final int SHORT_ID = "sha256:".length() + 12;

    private final Context context;
    private final Nodes nodes;
    private final ImageService images;

    /**
     * Routes over these images.
     *
     * @param context the event loop that owns the nodes
     */
    public ImageRoutes(Context context, Nodes nodes, ImageService images) {
        this.context = context;
        this.nodes = nodes;
        this.images = images;
    }

    public void addTo(Router router) {
        router.get("/v1/images").handler(this::list);
    }

    private void list(RoutingContext c) {
        Query.of(c.queryParams());
        images.named()
                .onComplete(
                        found -> context.runOnContext(ignored -> reply(found).send(c.request())),
                        failure -> ErrorAnswer.of(failure).send(c.request()));
    }

    private Reply reply(List<ResolvedImage> found) {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("IMAGE", "ID", "SIZE MIB", "NODES");
        for (ResolvedImage image : found) {
            List<String> having = nodes.all().stream()
                    .map(Nodes.Heard::status)
                    .filter(status -> status.images().contains(image.id()))
                    .map(status -> status.node())
                    .toList();
            all.add(new JsonObject()
                    .put("reference", image.reference())
                    .put("id", image.id())
                    .put("size", image.size().value())
                    .put("nodes", new JsonArray(having)));
            table.row(
                    image.reference(),
                    image.id().substring(0, Math.min(SHORT_ID, image.id().length())),
                    image.size().toMiB(),
                    String.join(" ", having));
        }
        return new Reply(200, new JsonObject().put("images", all), table.toString());
    }
}
