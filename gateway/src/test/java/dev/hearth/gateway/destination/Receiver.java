package dev.hearth.gateway.destination;

import dev.hearth.gateway.store.Await;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A webhook on loopback that answers as a test says, and keeps what it was sent. */
final class Receiver implements AutoCloseable {
    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private volatile BiConsumer<HttpServerRequest, Integer> answers =
            (request, number) -> request.response().end("ok");
    private int requests;

    /** A request, with the instance of whom it asked for in its Host header. */
    record Got(String uri, MultiMap headers, String body) {}

    Receiver(Vertx vertx, HttpServerOptions options) {
        this.server = Await.of(
                vertx.createHttpServer(options).requestHandler(this::received).listen(0, "127.0.0.1"));
    }

    private void received(HttpServerRequest request) {
        int number = ++requests;
        request.body().onSuccess(body -> {
            got.add(new Got(request.uri(), MultiMap.caseInsensitiveMultiMap().addAll(request.headers()), textOf(body)));
            answers.accept(request, number);
        });
    }

    private static String textOf(@Nullable Buffer body) {
        return body == null ? "" : body.toString();
    }

    /** How requests are answered, by their number from 1 on. */
    Receiver answering(BiConsumer<HttpServerRequest, Integer> how) {
        answers = how;
        return this;
    }

    Receiver answering(int status) {
        return answering(
                (request, number) -> request.response().setStatusCode(status).end());
    }

    int port() {
        return server.actualPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    /** The next request; fails when none comes. */
    Got next() {
        try {
            Got next = got.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no request within 20 seconds");
            }
            return next;
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
    }

    /** What has come and was not looked at. */
    List<Got> rest() {
        return List.copyOf(got);
    }

    @Override
    public void close() {
        Await.of(server.close());
    }
}
