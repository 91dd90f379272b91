package dev.hearth.deploy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a running node by the control socket in its data folder. */
final class ControlClient {
    static final long PATIENCE_SECONDS = 30;

    private ControlClient() {}

    /**
     * The node's answer, as text for people.
     *
     * @throws BootException when there is no answer, or it is a refusal
     */
    static String ask(Path socket, HttpMethod method, String uri) {
        if (!Files.exists(socket)) {
            throw new BootException("a node holds the data folder, but has no control socket at " + socket
                    + ": stop it first (deploy/down.sh)");
        }
        Vertx vertx = Vertx.vertx();
        // Held until the end: a client that nobody holds is closed with its requests.
        HttpClientAgent client = vertx.createHttpClient();
        try {
            return ask(client, socket, method, uri).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new BootException("the node does not answer on " + socket, e);
        } finally {
            client.close().eventually(vertx::close).await();
        }
    }

    private static Future<String> ask(HttpClient client, Path socket, HttpMethod method, String uri) {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.domainSocketAddress(socket.toString()))
                .setHost("localhost")
                .setMethod(method)
                .setURI(uri)
                .putHeader("Accept", "text/plain");
        return client.request(options)
                .recover(failure -> Future.failedFuture(new BootException(
                        "the node does not answer on " + socket + ": " + failure.getMessage(), failure)))
                .compose(request -> request.send())
                .compose(ControlClient::read);
    }

    private static Future<String> read(HttpClientResponse response) {
        return response.body().compose(body -> {
            String text = body.toString();
            return response.statusCode() / 100 == 2
                    ? Future.succeededFuture(text)
                    : Future.failedFuture(new BootException(text.strip()));
        });
    }
}
