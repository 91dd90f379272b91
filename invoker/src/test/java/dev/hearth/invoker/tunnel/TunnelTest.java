package dev.hearth.invoker.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelTest {
    private static final String BLOB = "/v2/hearth/images/blobs/sha256:" + "0".repeat(64);
    private static final Duration SILENCE = Duration.ofSeconds(15);

    @TempDir
    private static Path folder;

    private static IdentityFiles head;
    private static IdentityFiles worker;
    private static IdentityFiles stranger;

    private final Vertx vertx = Vertx.vertx();
    private final List<SocketAddress> heads = new ArrayList<>();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    @BeforeAll
    static void certificates() {
        Authority cluster = Authority.create(folder.resolve("cluster"), Instant.now());
        head = member(cluster, "head", Role.GATEWAY);
        worker = member(cluster, "worker", Role.INVOKER);
        stranger = member(Authority.create(folder.resolve("other"), Instant.now()), "stranger", Role.GATEWAY);
    }

    private static IdentityFiles member(Authority cluster, String node, Role role) {
        Subject subject = new Subject(node, role, List.of("127.0.0.1"));
        return cluster.issue(subject, folder.resolve(node), Instant.now()).files();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no result within 20 seconds", late);
        }
    }

    private HttpServer head(IdentityFiles files, Handler<HttpServerRequest> handler) {
        HttpServer server = await(
                vertx.createHttpServer(files.secure(new HttpServerOptions()).setClientAuth(ClientAuth.REQUIRED))
                        .requestHandler(request -> {
                            asked.add(request.method() + " " + request.uri());
                            handler.handle(request);
                        })
                        .listen(0, "127.0.0.1"));
        heads.add(SocketAddress.inetSocketAddress(server.actualPort(), "127.0.0.1"));
        return server;
    }

    private Tunnel open(int connections) {
        return open(connections, SILENCE);
    }

    private Tunnel open(int connections, Duration silence) {
        return await(Tunnel.open(
                vertx, new TunnelSettings(() -> List.copyOf(heads), worker, 0, connections, silence, silence)));
    }

    private record Got(int status, String text) {}

    private static HttpURLConnection connection(Tunnel tunnel, String method, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + tunnel.address() + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setReadTimeout(20_000);
        return connection;
    }

    private static Got send(Tunnel tunnel, String method, String path) throws IOException {
        HttpURLConnection connection = connection(tunnel, method, path);
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Got(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static int port(Tunnel tunnel) {
        return Integer.parseInt(tunnel.address().split(":", -1)[1]);
    }

    private static void get(Socket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void passesReadsOfImagesAndTheirAnswersThrough() throws IOException {
        head(
                head,
                request -> request.response()
                        .putHeader("Docker-Content-Digest", "sha256:1")
                        .putHeader("Set-Cookie", "no")
                        .end("layer for " + request.getHeader("Range")));
        Tunnel tunnel = open(8);
        HttpURLConnection connection = connection(tunnel, "GET", BLOB);
        connection.setRequestProperty("Range", "bytes=5-");
        connection.setRequestProperty("Authorization", "Bearer nobody");
        assertThat(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("layer for bytes=5-");
        assertThat(connection.getHeaderField("Docker-Content-Digest")).isEqualTo("sha256:1");
        assertThat(connection.getHeaderField("Set-Cookie")).isNull();
        assertThat(tunnel.received()).isEqualTo("layer for bytes=5-".length());
        assertThat(tunnel.fault()).isEmpty();
    }

    @Test
    void refusesWritesAndAllThatIsNoImage() throws IOException {
        head(head, request -> request.response().end());
        Tunnel tunnel = open(8);
        assertThat(send(tunnel, "POST", "/v2/hearth/images/blobs/uploads/").status())
                .isEqualTo(405);
        assertThat(send(tunnel, "DELETE", BLOB).status()).isEqualTo(405);
        for (String path : List.of("/", "/join", "/v1/functions", "/v2/../join", "/images/x/archive", "/V2/a")) {
            assertThat(send(tunnel, "GET", path).status()).as(path).isEqualTo(404);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void goesToAnotherHeadWhenOneIsGone() throws IOException {
        try (ServerSocket closed = new ServerSocket(0)) {
            heads.add(SocketAddress.inetSocketAddress(closed.getLocalPort(), "127.0.0.1"));
        }
        head(head, request -> request.response().end("here"));
        Tunnel tunnel = open(8);
        assertThat(send(tunnel, "GET", BLOB)).isEqualTo(new Got(200, "here"));
        assertThat(send(tunnel, "GET", BLOB)).isEqualTo(new Got(200, "here"));
    }

    @Test
    void saysWhichHeadCannotBeReached() throws IOException {
        Tunnel tunnel = open(8);
        assertThat(send(tunnel, "GET", "/v2/"))
                .isEqualTo(new Got(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no head is known\"}]}"));
        await(head(head, request -> request.response().end()).close());
        Got gone = send(tunnel, "GET", "/v2/");
        assertThat(gone.status()).isEqualTo(403);
        assertThat(gone.text()).contains(heads.getFirst().toString(), "cannot be reached", "refused");
        assertThat(tunnel.fault()).contains("refused");
    }

    @Test
    void trustsNoHeadOfAnotherAuthority() throws IOException {
        head(stranger, request -> request.response().end("mine"));
        Tunnel tunnel = open(8);
        Got got = send(tunnel, "GET", BLOB);
        assertThat(got.status()).isEqualTo(403);
        assertThat(got.text()).contains("cannot be reached");
        assertThat(asked).isEmpty();
    }

    @Test
    void trustsNoWorkerThatStandsAtTheHeadsAddress() throws IOException {
        head(worker, request -> request.response().end("mine"));
        Tunnel tunnel = open(8);
        Got got = send(tunnel, "GET", BLOB);
        assertThat(got.status()).isEqualTo(403);
        assertThat(got.text()).contains("who answers is no head but invoker worker");
        assertThat(asked).isEmpty();
    }

    @Test
    void aHeadThatBreaksOffInTheMiddleBreaksTheAnswerOffAndTheNextOneIsWhole() throws IOException {
        AtomicLong answers = new AtomicLong();
        head(head, request -> {
            if (answers.incrementAndGet() == 1) {
                request.response().putHeader("Content-Length", "1000");
                request.response()
                        .write("half")
                        .onComplete(sent -> request.connection().close());
            } else {
                request.response().end("whole");
            }
        });
        Tunnel tunnel = open(8);
        assertThat(catchThrowable(() -> send(tunnel, "GET", BLOB))).isInstanceOf(IOException.class);
        assertThat(tunnel.fault()).contains("broke off");
        assertThat(send(tunnel, "GET", BLOB)).isEqualTo(new Got(200, "whole"));
        assertThat(tunnel.fault()).isEmpty();
    }

    @Test
    void aHeadThatSaysNothingIsGivenUp() throws IOException {
        head(head, request -> {});
        assertThat(send(open(8, Duration.ofSeconds(1)), "GET", BLOB).status()).isEqualTo(403);
    }

    @Test
    void aHeadThatFallsSilentInTheMiddleIsGivenUp() throws IOException {
        head(
                head,
                request ->
                        request.response().putHeader("Content-Length", "1000").write("half"));
        Tunnel tunnel = open(8, Duration.ofSeconds(1));
        assertThat(catchThrowable(() -> send(tunnel, "GET", BLOB))).isInstanceOf(IOException.class);
        assertThat(tunnel.fault()).isNotEmpty();
    }

    @Test
    void theHeadSendsNoFasterThanTheEngineTakes() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Long> stuck = new CompletableFuture<>();
        head(head, request -> {
            request.response().setChunked(true);
            pour(request, written, stuck);
        });
        Tunnel tunnel = open(8);
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port(tunnel))) {
            get(slow, BLOB);
            assertThat(stuck.get(20, TimeUnit.SECONDS)).isBetween(1L, 64L << 20);
            assertThat(tunnel.received()).isBetween(1L, 64L << 20);
        }
    }

    /** A piece after the other, 256 MiB at most, until one has not gone out for a second. */
    private void pour(HttpServerRequest request, AtomicLong written, CompletableFuture<Long> stuck) {
        Buffer piece = Buffer.buffer(new byte[256 << 10]);
        long timer = vertx.setTimer(1_000, ignored -> stuck.complete(written.get()));
        request.response().write(piece).onComplete(out -> {
            vertx.cancelTimer(timer);
            if (out.failed() || written.addAndGet(piece.length()) > 256L << 20) {
                stuck.complete(written.get());
            } else {
                pour(request, written, stuck);
            }
        });
    }

    @Test
    void takesSoManyConnectionsAndNoMore() throws IOException {
        head(head, request -> request.response().end("here"));
        Tunnel tunnel = open(1);
        try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port(tunnel))) {
            get(first, "/v2/");
            assertThat(first.getInputStream().read()).isEqualTo('H');
            assertThat(catchThrowable(() -> send(tunnel, "GET", BLOB))).isInstanceOf(IOException.class);
        }
    }
}
