package dev.hearth.gateway.cluster;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Consumer;

/** {@code /v1/nodes/{id}/drain}: a node gets nothing new and finishes what it has, or takes calls again. */
public final class DrainRoutes implements Consumer<Router> {
    private final Context context;
    private final Nodes nodes;
    private final Drains drains;
    private final Consumer<String> changed;

    /**
     * Routes over these nodes.
     *
     * @param context the event loop that owns the nodes
     * @param changed hears there of each node that was drained or takes calls again
     */
    public DrainRoutes(Context context, Nodes nodes, Drains drains, Consumer<String> changed) {
        this.context = context;
        this.nodes = nodes;
        this.drains = drains;
        this.changed = changed;
    }

    @Override
    public void accept(Router router) {
        router.post("/v1/nodes/:id/drain").handler(c -> set(c, true));
        router.delete("/v1/nodes/:id/drain").handler(c -> set(c, false));
    }

    private void set(RoutingContext c, boolean drained) {
        String id = Objects.requireNonNullElse(c.pathParam("id"), "");
        Promise<Long> done = Promise.promise();
        Query.of(c.queryParams());
        context.runOnContext(ignored -> onOwnLoop(id, drained).onComplete(done));
        done.future()
                .onComplete(
                        running -> reply(id, drained, running).send(c.request()),
                        failure -> ErrorAnswer.of(failure).send(c.request()));
    }

    private Future<Long> onOwnLoop(String id, boolean drained) {
        // One that is away can be given back, so that it takes calls when it comes.
        if (nodes.find(id).isEmpty() && (drained || !drains.has(id))) {
            return Future.failedFuture(
                    new HearthException(ErrorCode.NOT_FOUND, "no node " + id + ": see GET /v1/nodes"));
        }
        return drains.set(id, drained).map(ignored -> {
            changed.accept(id);
            return nodes.find(id).map(heard -> heard.status().slots().used()).orElse(0L);
        });
    }

    private static Reply reply(String id, boolean drained, long running) {
        JsonObject json =
                new JsonObject().put("node", id).put("drained", drained).put("running", running);
        String text = drained ? id + " gets no new calls; " + running + " are running there" : id + " takes calls";
        return new Reply(200, json, text + "\n");
    }
}
