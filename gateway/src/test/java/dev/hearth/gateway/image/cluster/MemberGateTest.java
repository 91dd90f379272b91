package dev.hearth.gateway.image.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.CredentialSource;
import dev.hearth.gateway.image.EngineImages;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.ImageSettings;
import dev.hearth.gateway.store.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberGateTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String BLOB = "/v2/hearth/images/blobs/" + DIGEST;

    private static final String LARGE = "/v2/hearth/images/blobs/sha256:" + "b".repeat(64);

    @TempDir
    private static Path folder;

    private static IdentityFiles head;
    private static IdentityFiles worker;
    private static Identity stranger;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private HttpServer registry;
    private HttpServer server;
    private ClusterImages images;
    private EngineStock stock;
    private EngineImages engine;

    private record Got(int status, String text) {}

    @BeforeAll
    static void certificates() {
        Authority cluster = Authority.create(folder.resolve("cluster"), Instant.now());
        head = member(cluster, "head", Role.GATEWAY);
        worker = member(cluster, "worker", Role.INVOKER);
        stranger = identity(Authority.create(folder.resolve("other"), Instant.now()), "stranger", Role.INVOKER);
    }

    private static IdentityFiles member(Authority cluster, String node, Role role) {
        return identity(cluster, node, role).files();
    }

    private static Identity identity(Authority cluster, String node, Role role) {
        Subject subject = new Subject(node, role, List.of("127.0.0.1"));
        return cluster.issue(subject, folder.resolve(node), Instant.now());
    }

    @BeforeEach
    void start() {
        registry = Await.of(vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.add(request.method() + " " + request.uri() + " " + request.getHeader("Range"));
                    request.response()
                            .putHeader("Docker-Content-Digest", DIGEST)
                            .putHeader("Set-Cookie", "no")
                            .end(
                                    String.valueOf(request.path()).equals(LARGE)
                                            ? Buffer.buffer(new byte[8 << 20])
                                            : Buffer.buffer("a layer"));
                })
                .listen(0, "127.0.0.1"));
        ImageSettings nowhere = new ImageSettings(
                "unix:///tmp/hearth-no-such-engine.sock", Duration.ofSeconds(2), Duration.ofSeconds(2), 1, 4);
        stock = new EngineStock(vertx, nowhere);
        engine = new EngineImages(
                vertx, nowhere, CredentialSource.NONE, folder, (image, digest, size) -> Future.succeededFuture());
        ImageStoreSettings settings = new ImageStoreSettings(
                Optional.of(URI.create("http://127.0.0.1:" + registry.actualPort())),
                Duration.ofMillis(50),
                Bytes.ZERO,
                Bytes.ZERO,
                Duration.ofMinutes(10),
                false,
                1,
                4);
        images = new ClusterImages(vertx, settings, stock, engine, Set.of("hearth/python3:latest"), meters);
        Router router = Router.router(vertx);
        images.accept(router);
        server = Await.of(
                vertx.createHttpServer(head.secure(new HttpServerOptions()).setClientAuth(ClientAuth.REQUEST))
                        .requestHandler(router)
                        .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        engine.close();
        stock.close();
        Await.of(vertx.close());
    }

    private HttpClientOptions trusting() {
        return head.trust(new HttpClientOptions()).setVerifyHost(false);
    }

    private Got send(HttpClientOptions as, HttpMethod method, String path) {
        HttpClient client = vertx.createHttpClient(as);
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setURI(path)
                .addHeader("Range", "bytes=1-");
        return Await.of(client.request(options)
                .compose(request -> request.send().compose(MemberGateTest::got))
                .eventually(client::close));
    }

    private static Future<Got> got(HttpClientResponse answer) {
        assertThat(answer.getHeader("Set-Cookie")).isNull();
        return answer.body().map(body -> new Got(answer.statusCode(), body.toString()));
    }

    private HttpClientOptions member() {
        return worker.secure(new HttpClientOptions()).setVerifyHost(false);
    }

    @Test
    void givesAMemberWhatTheRegistryHasByDigest() {
        assertThat(send(member(), HttpMethod.GET, BLOB)).isEqualTo(new Got(200, "a layer"));
        assertThat(asked.poll()).isEqualTo("GET " + BLOB + " bytes=1-");
        assertThat(meters.counter("hearth.images.sent", "way", "registry").count())
                .isEqualTo("a layer".length());
    }

    @Test
    void givesNothingToWhoeverShowsNoCertificate() {
        for (String path : List.of("/v2/", BLOB, "/images/" + DIGEST + "/archive")) {
            Got got = send(trusting(), HttpMethod.GET, path);
            assertThat(got.status()).as(path).isEqualTo(403);
            assertThat(got.text()).contains("certificate");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void doesNotEvenShakeHandsWithAMemberOfAnotherCluster() {
        assertThat(catchThrowable(() -> send(
                        trusting().setKeyCertOptions(KeyCertOptions.wrap(new Insisting(stranger))),
                        HttpMethod.GET,
                        BLOB)))
                .isNotNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void listsNothingWritesNothingAndHasOneRepository() {
        for (String path : List.of(
                "/v2/_catalog",
                "/v2/hearth/images/tags/list",
                "/v2/hearth/images/manifests/latest",
                "/v2/others/blobs/" + DIGEST,
                "/v2/hearth/images/blobs/../" + DIGEST)) {
            assertThat(send(member(), HttpMethod.GET, path).status()).as(path).isEqualTo(404);
        }
        for (HttpMethod method : List.of(HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.POST, HttpMethod.PATCH)) {
            assertThat(send(member(), method, BLOB).status()).isEqualTo(405);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void anArchiveThatWasNotOfferedIsNotGiven() {
        Got got = send(member(), HttpMethod.GET, "/images/" + DIGEST + "/archive");
        assertThat(got.status()).isEqualTo(404);
        assertThat(got.text()).contains("has not offered");
    }

    @Test
    void aRegistryThatIsDownIsSaidAndHeardOfAgain() throws InterruptedException {
        int port = registry.actualPort();
        images.start(List::of);
        assertThat(asked.poll(20, TimeUnit.SECONDS)).startsWith("GET /v2/");
        awaitFault("");
        Await.of(registry.close());
        Got got = send(member(), HttpMethod.GET, BLOB);
        assertThat(got.status()).isEqualTo(502);
        assertThat(got.text()).contains("registry of images does not answer");
        awaitFault("refused");
        assertThat(meters.get("hearth.image.store.up").gauge().value()).isZero();
        Await.of(vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(port, "127.0.0.1"));
        awaitFault("");
    }

    private void awaitFault(String word) {
        Await.of(until(word));
    }

    private Future<Void> until(String word) {
        String fault = images.fault().orElse("");
        return (word.isEmpty() ? fault.isEmpty() : fault.contains(word))
                ? Future.succeededFuture()
                : vertx.timer(10, TimeUnit.MILLISECONDS).compose(ignored -> until(word));
    }

    @Test
    void aNodeIsToldWhyAnImageCannotBeHad() {
        BusMessage none = Await.of(images.offer(new ImageFetch("", "others/tool:1", "default", "e")));
        assertThat(none).isInstanceOf(ImageReply.class);
        assertThat(((ImageReply) none).fault()).startsWith(ImageReply.HEAD_LACKS);
        BusMessage silent = Await.of(images.offer(new ImageFetch("", "hearth/python3:latest", "default", "e")));
        assertThat(((ImageReply) silent).fault()).contains("the engine does not answer");
    }

    @Test
    void aNodeThatNamesNoEngineHasTheHeads() {
        assertThat(Await.of(images.shared(new ImageFetch(DIGEST, "", "default", ""))))
                .isTrue();
    }

    @Test
    void passesALargeAnswerOnWhole() {
        assertThat(send(member(), HttpMethod.GET, LARGE).text()).hasSize(8 << 20);
    }
}
