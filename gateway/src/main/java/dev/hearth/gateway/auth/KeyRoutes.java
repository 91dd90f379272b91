package dev.hearth.gateway.auth;

import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code /v1/keys}: making, listing and deleting keys over HTTP. */
public final class KeyRoutes implements Consumer<Router> {
    private final KeyDesk desk;
    private final boolean ofOwner;

    /**
     * Routes over these keys.
     *
     * @param ofOwner whether who gets here is the owner of the data folder, who may take away even the last admin's key
     */
    public KeyRoutes(Keys keys, boolean ofOwner) {
        this.desk = new KeyDesk(keys);
        this.ofOwner = ofOwner;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/keys")
                .handler(context -> answer(context, c -> {
                    Query.of(c.queryParams());
                    return desk.list();
                }));
        router.post("/v1/keys").handler(context -> answer(context, this::create));
        router.delete("/v1/keys/:id").handler(context -> answer(context, this::delete));
    }

    private static void answer(RoutingContext context, Function<RoutingContext, Future<Reply>> handler) {
        Future<Reply> reply;
        try {
            reply = handler.apply(context);
        } catch (HearthException refused) {
            reply = Future.failedFuture(refused);
        }
        reply.onComplete(
                done -> {
                    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    done.send(context.request());
                },
                failure -> ErrorAnswer.of(failure).send(context.request()));
    }

    private Future<Reply> create(RoutingContext context) {
        Query query = Query.of(context.queryParams(), "name", "role", "namespace", "expires");
        return desk.create(NewKey.of(
                query.text("name").orElse(""),
                query.text("role").orElse(Role.ADMIN.toString()),
                query.text("namespace").orElse(FunctionName.DEFAULT_NAMESPACE),
                query.duration("expires", NewKey.LONGEST, "the longest life of a key")));
    }

    private Future<Reply> delete(RoutingContext context) {
        Query.of(context.queryParams());
        return desk.delete(Objects.requireNonNullElse(context.pathParam("id"), ""), ofOwner);
    }
}
