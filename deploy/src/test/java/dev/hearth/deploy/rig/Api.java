package dev.hearth.deploy.rig;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A node's HTTP API as a client sees it. */
public final class Api implements AutoCloseable {
    /** For a machine that is busy; a test that hangs ends after it. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    /** Of a node that listens on this port of loopback. */
    public Api(int port) {
        base = "http://127.0.0.1:" + port;
    }

    /** Scheme, host and port. */
    public String url() {
        return base;
    }

    /** A request to this node, to be completed with method, headers and body. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    }

    /** Sends and waits; a broken connection is the test's failure. */
    public Answer send(HttpRequest request) {
        long start = System.nanoTime();
        try {
            return answer(http.send(request, BodyHandlers.ofByteArray()), start);
        } catch (IOException e) {
            throw new AssertionError(request + " got no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted in " + request, e);
        }
    }

    /** Sends; the future fails when the connection breaks. */
    public CompletableFuture<Answer> sendLater(HttpRequest request) {
        long start = System.nanoTime();
        return http.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(response -> answer(response, start));
    }

    private static Answer answer(HttpResponse<byte[]> response, long start) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Contract.check(response);
        return new Answer(response.statusCode(), response.headers(), Buffer.buffer(response.body()), took);
    }

    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    /**
     * Registers code and waits until it is ready or failed.
     *
     * @param spec the query, such as {@code runtime=python3&memory=64MiB}
     */
    public Answer put(String name, String spec, String type, byte[] code) {
        return send(request("/v1/functions/" + name + "?wait=60s&" + spec)
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofByteArray(code))
                .build());
    }

    /** Registers a single file; it must become ready. */
    public void register(String name, String spec, String source) {
        register(name, spec, "text/plain", source.getBytes(StandardCharsets.UTF_8));
    }

    /** Registers code; it must become ready. */
    public void register(String name, String spec, String type, byte[] code) {
        Answer answer = put(name, spec, type, code);
        if (answer.status() / 100 != 2 || !"READY".equals(answer.json().getString("state"))) {
            throw new AssertionError("registering " + name + " ended with " + answer);
        }
    }

    /** The request of a call; no body is no event. */
    public HttpRequest.Builder call(String name) {
        return request("/v1/functions/" + name + "/invoke").POST(BodyPublishers.noBody());
    }

    public HttpRequest call(String name, String type, BodyPublisher event) {
        return request("/v1/functions/" + name + "/invoke")
                .header("Content-Type", type)
                .POST(event)
                .build();
    }

    public Answer invoke(String name) {
        return send(call(name).build());
    }

    public Answer invoke(String name, String type, byte[] event) {
        return send(call(name, type, BodyPublishers.ofByteArray(event)));
    }

    /** Calls with a JSON event. */
    public Answer invoke(String name, String json) {
        return send(call(name, "application/json", BodyPublishers.ofString(json)));
    }

    public CompletableFuture<Answer> invokeLater(String name) {
        return sendLater(call(name).build());
    }

    public CompletableFuture<Answer> invokeLater(String name, String json) {
        return sendLater(call(name, "application/json", BodyPublishers.ofString(json)));
    }

    /** The record of an invocation. */
    public JsonObject record(String id) {
        return read("/v1/invocations/" + id);
    }

    /** The lines of an invocation's log. */
    public List<String> log(String id) {
        return read("/v1/invocations/" + id + "/logs").getJsonArray("lines").stream()
                .map(line -> ((JsonObject) line).getString("text"))
                .toList();
    }

    /** Hears the lines of an invocation's log as they come; done when the answer has ended. */
    public CompletableFuture<Void> follow(String id, Consumer<String> line) {
        HttpRequest request = request("/v1/invocations/" + id + "/logs?follow=true")
                .header("Accept", "text/plain")
                .build();
        return http.sendAsync(request, BodyHandlers.ofLines())
                .thenAccept(answer -> answer.body().forEach(line));
    }

    /** What the only node of a standalone process tells of itself. */
    public JsonObject node() {
        var nodes = read("/v1/nodes").getJsonArray("nodes");
        if (nodes.size() != 1) {
            throw new AssertionError("not one node but " + nodes);
        }
        return nodes.getJsonObject(0);
    }

    /** The containers of a node. */
    public List<JsonObject> containers(String node) {
        var all = read("/v1/nodes/" + node + "/containers").getJsonArray("containers");
        return IntStream.range(0, all.size()).mapToObj(all::getJsonObject).toList();
    }

    public JsonObject read(String path) {
        Answer answer = get(path);
        if (answer.status() != 200) {
            throw new AssertionError("GET " + path + " ended with " + answer);
        }
        return answer.json();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
