package dev.hearth.gateway.destination;

import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** {@code /v1/webhooks/secret}: what receivers know the signatures of webhooks by. */
public final class WebhookRoutes implements Consumer<Router> {
    private final SigningSecrets secrets;

    public WebhookRoutes(SigningSecrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/webhooks/secret").handler(this::secret);
    }

    private void secret(RoutingContext c) {
        Future<String> secret;
        try {
            Query.of(c.queryParams());
            secret = secrets.of(FunctionName.DEFAULT_NAMESPACE);
        } catch (HearthException refused) {
            secret = Future.failedFuture(refused);
        }
        secret.onComplete(
                told -> {
                    c.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    JsonObject json = new JsonObject()
                            .put("namespace", FunctionName.DEFAULT_NAMESPACE)
                            .put("secret", told);
                    new Reply(200, json, told + "\n").send(c.request());
                },
                failure -> ErrorAnswer.of(failure).send(c.request()));
    }
}
