package dev.hearth.gateway.image.cluster;

import dev.hearth.gateway.store.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Tags and manifests of one repository over HTTP, and what was asked of them. */
final class FakeRegistry {
    private static final String PREFIX = "/v2/" + ImageStoreSettings.REPOSITORY;

    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Map<String, String> tags = new ConcurrentHashMap<>();
    private final Map<String, String> manifests = new ConcurrentHashMap<>();
    private final HttpServer server;
    private volatile int page = Integer.MAX_VALUE;
    private volatile int broken;
    private volatile boolean deleting = true;

    FakeRegistry(Vertx vertx) {
        server = Await.of(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Digest of the blob or manifest of this content. */
    static String digest(String content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException never) {
            throw new AssertionError(never);
        }
    }

    /** A manifest that no tag leads to; its digest. */
    String put(String content) {
        String digest = digest(content);
        manifests.put(digest, content);
        return digest;
    }

    /** The manifest with this tag; its digest. */
    String put(String tag, String content) {
        String digest = put(content);
        tags.put(tag, digest);
        return digest;
    }

    /** A manifest of an image with a configuration of no bytes and one layer. */
    static String image(String layer, long bytes) {
        return new JsonObject()
                .put("config", new JsonObject().put("digest", digest("config")).put("size", 0))
                .put(
                        "layers",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("digest", digest(layer))
                                        .put("size", bytes)))
                .encode();
    }

    /** An index of these manifests. */
    static String index(String... listed) {
        JsonArray all = new JsonArray();
        List.of(listed).forEach(digest -> all.add(new JsonObject().put("digest", digest)));
        return new JsonObject().put("manifests", all).encode();
    }

    boolean has(String digest) {
        return manifests.containsKey(digest);
    }

    void delete(String digest) {
        manifests.remove(digest);
        tags.values().removeIf(digest::equals);
    }

    /** So many tags in one part of the list. */
    void pages(int size) {
        page = size;
    }

    /** Answers everything with this status from now on; 0 for none. */
    void breaks(int status) {
        broken = status;
    }

    void deletes(boolean on) {
        deleting = on;
    }

    private void serve(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        HttpServerResponse answer = request.response();
        asked.add(request.method() + " " + request.uri().replace(PREFIX, ""));
        if (path.equals("/v2/")) {
            answer.end();
        } else if (broken != 0) {
            answer.setStatusCode(broken).end();
        } else if (path.equals(PREFIX + "/tags/list")) {
            list(request);
        } else {
            manifest(request, path.substring((PREFIX + "/manifests/").length()));
        }
    }

    private void list(HttpServerRequest request) {
        String last = request.getParam("last", "");
        List<String> rest =
                new TreeMap<>(tags).tailMap(last, false).keySet().stream().toList();
        List<String> part = rest.stream().limit(page).toList();
        if (part.size() < rest.size()) {
            request.response().putHeader("Link", "<next>; rel=\"next\"");
        }
        request.response().end(new JsonObject().put("tags", new JsonArray(part)).encode());
    }

    private void manifest(HttpServerRequest request, String name) {
        HttpServerResponse answer = request.response();
        String digest = tags.getOrDefault(name, name);
        String content = manifests.get(digest);
        if (content == null) {
            answer.setStatusCode(404).end();
        } else if (request.method().equals(HttpMethod.DELETE)) {
            if (deleting) {
                delete(digest);
            }
            answer.setStatusCode(deleting ? 202 : 405).end();
        } else {
            answer.putHeader("Docker-Content-Digest", digest)
                    .end(request.method().equals(HttpMethod.HEAD) ? "" : content);
        }
    }
}
