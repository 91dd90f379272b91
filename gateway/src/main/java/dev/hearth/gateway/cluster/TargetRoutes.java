package dev.hearth.gateway.cluster;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code /v1/nodes/targets}: the workers that tell metrics at an address of their own, in the form of Prometheus' http_sd. */
public final class TargetRoutes implements Consumer<Router> {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final Supplier<Collection<Nodes.Heard>> nodes;

    /**
     * A route over these nodes.
     *
     * @param nodes asked on any thread
     */
    public TargetRoutes(Supplier<Collection<Nodes.Heard>> nodes) {
        this.nodes = nodes;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/nodes/targets").handler(this::targets);
    }

    private void targets(RoutingContext c) {
        JsonArray all = new JsonArray();
        for (Nodes.Heard one : nodes.get()) {
            address(one.status().monitor())
                    .ifPresent(at -> all.add(target(one.status().node(), at)));
        }
        c.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(all.encode());
    }

    /** A worker says it of itself: what is no address is left out, and takes no other worker with it. */
    private static Optional<URI> address(String text) {
        try {
            URI at = new URI(text);
            return at.getHost() != null && at.getUserInfo() == null && SCHEMES.contains(String.valueOf(at.getScheme()))
                    ? Optional.of(at)
                    : Optional.empty();
        } catch (URISyntaxException unreadable) {
            return Optional.empty();
        }
    }

    private static JsonObject target(String node, URI at) {
        return new JsonObject()
                .put("targets", new JsonArray().add(at.getAuthority()))
                .put(
                        "labels",
                        new JsonObject().put("__scheme__", at.getScheme()).put("node", node));
    }
}
