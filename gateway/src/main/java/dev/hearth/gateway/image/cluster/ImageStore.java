package dev.hearth.gateway.image.cluster;

import dev.hearth.common.units.Bytes;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head's registry of images. What it holds is asked of it each time: an image lies there under its id as tag, and a tag
 * comes last, so that there is nothing to remember over a restart.
 */
final class ImageStore {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** Bytes of a layer that go on at one time. */
    private static final int PIECE = 64 * 1024;
    /** Longest list of tags, some hundred thousand, or manifest that is read; a registry takes no manifest above 4 MiB. */
    private static final int MOST_READ = 8 << 20;

    private static final String ID = "sha256:";
    private static final String DIGEST = "Docker-Content-Digest";
    private static final List<String> MANIFESTS = List.of(
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json");

    private final HttpClient client;
    private final URI at;
    private final StoreUse use = new StoreUse(System::nanoTime);
    private final AtomicLong pushes = new AtomicLong();
    private volatile String fault = "it has not been asked yet";

    /** An answer as a whole. */
    record Answer(int status, MultiMap headers, Buffer body) {
        /** Of the manifest that it is about. */
        Optional<String> digest() {
            return Optional.ofNullable(headers.get(DIGEST));
        }

        /** Whether it is a list that goes on. */
        boolean isPart() {
            return headers.contains("Link");
        }
    }

    ImageStore(Vertx vertx, URI at, int transfers) {
        this.at = at;
        // A registry closes what is idle; a request on a connection that it is closing would fail for nothing.
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) ANSWER.toMillis())
                        .setKeepAliveTimeout(5)
                        .setMaxChunkSize(PIECE),
                new PoolOptions().setHttp1MaxSize(transfers).setMaxWaitQueueSize(8 * transfers));
    }

    URI address() {
        return at;
    }

    /** Host and port, as references of images name it. */
    String repository() {
        return at.getAuthority() + "/" + ImageStoreSettings.REPOSITORY;
    }

    /** Why it does not answer; empty when it does. */
    String fault() {
        return fault;
    }

    /** Who wants which of its images. */
    StoreUse use() {
        return use;
    }

    /** How often something was put into it, well or not. */
    long pushes() {
        return pushes.get();
    }

    void pushed() {
        pushes.incrementAndGet();
    }

    RequestOptions request(HttpMethod method, String path) {
        boolean tls = "https".equals(at.getScheme());
        int port = at.getPort() >= 0 ? at.getPort() : tls ? 443 : 80;
        return new RequestOptions()
                .setMethod(method)
                .setHost(at.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(path)
                .setFollowRedirects(true)
                .setConnectTimeout(ANSWER.toMillis());
    }

    HttpClient client() {
        return client;
    }

    static String tag(String image) {
        return image.startsWith(ID) ? image.substring(ID.length()) : image;
    }

    /** The id of the image with this tag, if it is one of an image. */
    static String image(String tag) {
        return ID + tag;
    }

    /** The name {@code repository@sha256:...} of the image; empty when it is not there. */
    Future<Optional<String>> find(String image) {
        return client.request(ofRepository(HttpMethod.HEAD, "/manifests/" + tag(image)))
                .compose(request -> request.send().compose(answer -> read(answer)))
                .onComplete(done -> heard(
                        done.cause() == null ? "" : String.valueOf(done.cause().getMessage())));
    }

    private RequestOptions ofRepository(HttpMethod method, String path) {
        RequestOptions options =
                request(method, "/v2/" + ImageStoreSettings.REPOSITORY + path).setTimeout(ANSWER.toMillis());
        MANIFESTS.forEach(type -> options.addHeader("Accept", type));
        return options;
    }

    /**
     * Asks something of the repository and reads the answer whole, whatever its status; fails when it is too long.
     *
     * @param path below the repository: {@code /tags/list}
     */
    Future<Answer> ask(HttpMethod method, String path) {
        return client.request(ofRepository(method, path))
                .compose(request -> request.send().compose(answer -> whole(request, answer)));
    }

    private static Future<Answer> whole(HttpClientRequest request, HttpClientResponse answer) {
        Promise<Answer> read = Promise.promise();
        Buffer body = Buffer.buffer();
        answer.exceptionHandler(read::tryFail);
        answer.endHandler(end -> read.tryComplete(new Answer(answer.statusCode(), answer.headers(), body)));
        answer.handler(piece -> {
            if (body.length() + piece.length() <= MOST_READ) {
                body.appendBuffer(piece);
            } else if (read.tryFail("its answer is longer than " + new Bytes(MOST_READ))) {
                request.reset();
            }
        });
        return read.future();
    }

    private static Future<Optional<String>> read(HttpClientResponse answer) {
        Optional<String> digest = Optional.ofNullable(answer.getHeader(DIGEST));
        if (answer.statusCode() == 200 && digest.isPresent()) {
            return Future.succeededFuture(digest.map(found -> ImageStoreSettings.REPOSITORY + "@" + found));
        }
        return answer.statusCode() == 404
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture("it answers with status " + answer.statusCode());
    }

    /** Asks it whether it answers. */
    Future<Void> check() {
        return client.request(request(HttpMethod.GET, "/v2/").setTimeout(ANSWER.toMillis()))
                .compose(request -> request.send()
                        .compose(answer -> answer.statusCode() == 200
                                ? answer.end()
                                : Future.<Void>failedFuture("it answers with status " + answer.statusCode())))
                .onComplete(done -> heard(
                        done.cause() == null ? "" : String.valueOf(done.cause().getMessage())));
    }

    private void heard(String now) {
        String before = fault;
        fault = now;
        if (!now.isEmpty() && !now.equals(before)) {
            LOG.warn("event=image_store_silent registry={} reason=\"{}\"", at, now);
        } else if (now.isEmpty() && !before.isEmpty()) {
            LOG.info("event=image_store_answers registry={}", at);
        }
    }
}
