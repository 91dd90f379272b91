package dev.hearth.gateway.cluster;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.SmallDocuments;
import dev.hearth.gateway.http.TextTable;
import dev.hearth.gateway.image.Credentials;
import dev.hearth.gateway.image.RegistryAccess;
import dev.hearth.gateway.image.StoredCredentials;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code /v1/registries}: who the node is to registries of images; no answer ever holds a password. */
public final class CredentialRoutes implements Consumer<Router> {
    private final RegistryAccess access;
    private final SmallDocuments documents;

    public CredentialRoutes(RegistryAccess access, SmallDocuments documents) {
        this.access = access;
        this.documents = documents;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/registries").handler(c -> answer(c, this::list));
        router.put("/v1/registries/:host").handler(c -> answer(c, this::put));
        router.delete("/v1/registries/:host").handler(c -> answer(c, this::delete));
    }

    private static void answer(RoutingContext c, Function<RoutingContext, Future<Reply>> handler) {
        Future<Reply> reply;
        try {
            reply = handler.apply(c);
        } catch (HearthException refused) {
            reply = Future.failedFuture(refused);
        }
        reply.onComplete(
                done -> done.send(c.request()),
                failure -> ErrorAnswer.of(failure).send(c.request()));
    }

    private Future<Reply> list(RoutingContext c) {
        Query.of(c.queryParams());
        return access.all().map(all -> {
            JsonArray array = new JsonArray();
            TextTable table = new TextTable("REGISTRY", "USERNAME", "NAMESPACE", "CHANGED");
            for (StoredCredentials one : all) {
                array.add(json(one));
                table.row(one.host(), one.username(), one.namespace(), one.changedAt());
            }
            return new Reply(200, new JsonObject().put("registries", array), table.toString());
        });
    }

    private Future<Reply> put(RoutingContext c) {
        Query.of(c.queryParams());
        return documents
                .read(c.request(), "the request", "username", "password", "namespace")
                .compose(document -> access.put(
                        namespace(document.optional("namespace").orElse(FunctionName.DEFAULT_NAMESPACE)),
                        new Credentials(host(c), document.text("username"), document.text("password"))))
                .map(stored -> new Reply(200, json(stored), stored.host() + " stored for " + stored.username() + "\n"));
    }

    private Future<Reply> delete(RoutingContext c) {
        Query.of(c.queryParams());
        String host = host(c);
        return access.delete(FunctionName.DEFAULT_NAMESPACE, host)
                .map(ignored -> new Reply(
                        200, new JsonObject().put("registry", host).put("result", "deleted"), host + " deleted\n"));
    }

    private static String namespace(String asked) {
        if (!asked.equals(FunctionName.DEFAULT_NAMESPACE)) {
            throw new HearthException(
                    ErrorCode.NOT_SUPPORTED,
                    "namespace must be " + FunctionName.DEFAULT_NAMESPACE + ", others are not built yet");
        }
        return asked;
    }

    private static String host(RoutingContext c) {
        return Objects.requireNonNullElse(c.pathParam("host"), "");
    }

    private static JsonObject json(StoredCredentials stored) {
        return new JsonObject()
                .put("registry", stored.host())
                .put("username", stored.username())
                .put("namespace", stored.namespace())
                .put("changedAt", stored.changedAt().toString());
    }
}
