package dev.hearth.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final String LAST = HOST + "Connection: close\r\n";
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final int BIG_ANSWER = 4 << 20;
    private static final HttpLimits LIMITS = limits(100, PATIENT);
    private final Vertx vertx = Vertx.vertx();
    private final BodyBudget budget = new BodyBudget(LIMITS.uploadBytes(), "gateway.upload-bytes");
    private int port;
    private int impatientPort;

    private static HttpLimits limits(int connections, Duration idle) {
        return new HttpLimits(
                Set.of("Functions.Example.org"),
                connections,
                Bytes.ofKiB(4),
                Bytes.ofKiB(256),
                Bytes.ofKiB(500),
                1,
                idle,
                Duration.ofMillis(300),
                Bytes.ofKiB(1),
                Duration.ofMillis(600),
                Duration.ofMillis(700),
                Bytes.ofKiB(16));
    }

    @BeforeAll
    void start() {
        port = start(LIMITS);
        impatientPort = start(limits(100, SHORT));
    }

    private int start(HttpLimits limits) {
        ApiServer server = new ApiServer(
                limits,
                SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                request -> vertx.setTimer(
                        4 * SHORT.toMillis(), ignored -> request.response().end("slow")),
                List.of(this::echo));
        Await.of(vertx.deployVerticle(server));
        return server.port();
    }

    private void echo(Router router) {
        router.get("/big").handler(context -> context.response().end(Buffer.buffer(new byte[BIG_ANSWER])));
        BodyReader reader =
                new BodyReader(vertx, new BodyReader.Rules(budget, Bytes.ZERO, LIMITS.pace(), LIMITS.paceBytes()));
        router.put("/echo").handler(context -> {
            HttpServerRequest request = context.request();
            reader.read(request, LIMITS.codeBytes(), "the body")
                    .onSuccess(body -> {
                        body.release();
                        request.response().end("got " + body.bytes().length());
                    })
                    .onFailure(failure -> ErrorAnswer.of(failure).send(request));
        });
    }

    @AfterAll
    void stop() {
        Await.of(vertx.close());
        assertThat(budget.used()).isZero();
    }

    @Test
    void refusesATooLongBodyBeforeReadingIt() throws IOException {
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + LAST + "Content-Length: 262145\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 413")
                .contains("the body has 262145 bytes, the limit is 256KiB")
                .contains("connection: close");
    }

    @Test
    void throwsAwayForAWhileWhatARefusedClientStillSends() throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1000000000\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 413").doesNotContain("<reset>");
            client.send("x".repeat(1_000_000));
            assertThat(client.isCutOffWhileSending("x".repeat(1_000))).isTrue();
        }
    }

    @Test
    void refusesATooLongBodyBeforeTheClientSendsItWhenItAsks() throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 262145\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 413");
        }
        try (RawClient client = new RawClient(port)) {
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 100");
            assertThat(client.send("abc").readTo("got 3")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void stopsAChunkedBodyAtTheLimit() throws IOException {
        String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        String answer = exchange(
                "PUT /echo HTTP/1.1\r\n" + LAST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(9) + "0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("the limit is 256KiB");
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 262144\r\n\r\n" + "x".repeat(262_144));
            assertThat(client.readTo("got 262144")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void answersTooManyWhenBodiesFillTheBudgetAndGoesOnAfterwards() throws IOException {
        try (RawClient first = new RawClient(port);
                RawClient second = new RawClient(port)) {
            first.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 262144\r\nExpect: 100-continue\r\n\r\n");
            first.readTo("100 Continue");
            second.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 262144\r\n\r\n");
            assertThat(second.readTo("\r\n\r\n")).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 1");
            first.send("x".repeat(262_144));
            first.readTo("got 262144");
        }
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "abc", "1, 2", "99999999999999999999"})
    void refusesALengthThatIsNone(String length) throws IOException {
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + LAST + "Content-Length: " + length + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 4").contains("\"code\":\"");
    }

    @Test
    void refusesTwoLengths() throws IOException {
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + LAST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab");
        assertThat(answer).startsWith("HTTP/1.1 400");
    }

    @Test
    void aBodyThatIsCutOffEndsTheReading() throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\nshort")
                    .hangUp();
            assertThat(client.readAll()).doesNotContain("200 OK");
        }
    }

    @Test
    void givesUpABodyThatStalls() throws IOException {
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + LAST + "Content-Length: 200000\r\n\r\nshort");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("the body comes too slowly: 5 bytes in 300ms");
    }

    @Test
    void closesConnectionsThatSayNothingOrStopInTheHead() throws IOException {
        for (String start : List.of("", "PUT /echo HTTP/1.1\r\nHost: loc")) {
            try (RawClient client = new RawClient(impatientPort)) {
                assertThat(client.send(start).readAll()).isEmpty();
            }
        }
    }

    @Test
    void aHeadThatTricklesInGainsNothing() throws IOException {
        try (RawClient client = new RawClient(impatientPort)) {
            client.send("GET / HTTP/1.1\r\n");
            for (int i = 0; i < 100 && !client.closedWithin(50); i++) {
                client.sendIfOpen("X-" + i + ": 1\r\n");
            }
            assertThat(client.closedWithin(50)).isTrue();
        }
    }

    @Test
    void doesNotCloseAConnectionWhileAFunctionRuns() throws IOException {
        try (RawClient client = new RawClient(impatientPort)) {
            client.send("POST /v1/functions/x/invoke HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
            assertThat(client.readTo("slow")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void keepsTheConnectionAfterASmallBodyThatNobodyReads() throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("POST /nothing HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");
            client.readTo("Check the path and the id.\"}}");
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\nx");
            assertThat(client.readTo("got 1")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void refusesHugeHeadsAndLines() throws IOException {
        assertThat(exchange("GET / HTTP/1.1\r\n" + LAST + "X: " + "x".repeat(8_192) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("INVALID_REQUEST");
        assertThat(exchange("GET /" + "x".repeat(8_192) + " HTTP/1.1\r\n" + LAST + "\r\n"))
                .contains(" 414 ");
        assertThat(exchange("\u0016\u0003\u0001nonsense\r\n\r\n")).contains(" 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:80", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "functions.example.org"
            })
    void servesItsOwnNames(String host) throws IOException {
        assertThat(exchange("GET /none HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.1.2.3",
                "functions.example"
            })
    void refusesOtherNames(String host) throws IOException {
        assertThat(exchange("GET /none HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("gateway.hosts");
    }

    @Test
    void refusesAMissingOrStrangeHost() throws IOException {
        assertThat(exchange("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: localhost@evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void closesOneConnectionTooMany() throws IOException {
        int other = start(limits(1, PATIENT));
        try (RawClient first = new RawClient(other)) {
            first.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\nx");
            first.readTo("got 1");
            try (RawClient tooMany = new RawClient(other)) {
                assertThat(tooMany.readAll()).isIn("", "<reset>");
            }
        }
    }

    @Test
    void refusesTwoHostsAndAPortThatIsNone() throws IOException {
        assertThat(exchange("GET /none HTTP/1.1\r\n" + LAST + "Host: evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("more than one Host");
        assertThat(exchange("GET /none HTTP/1.1\r\nHost: localhost:99999\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("the Host header is not one host and port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "gzip, chunked", "xchunked", "chunked\r\nTransfer-Encoding: identity"})
    void refusesCodingsInWhichOthersMightSeeAnotherEnd(String coding) throws IOException {
        String hidden = "PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\nx";
        String answer = exchange(
                "PUT /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n" + hidden);
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("Transfer-Encoding")
                .doesNotContain("got 1");
    }

    @Test
    void tellsWhatIsPossibleWhereAMethodIsNot() throws IOException {
        assertThat(exchange("POST /echo HTTP/1.1\r\n" + LAST + "\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("allow: PUT\r\n")
                .contains("use PUT");
        assertThat(exchange("OPTIONS /v1/functions/x/invoke HTTP/1.1\r\n" + LAST + "\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("allow: POST\r\n");
    }

    @Test
    void tellsAtOnceThatABodyIsLargerThanAllMemoryForBodies() throws IOException {
        BodyBudget small = new BodyBudget(Bytes.ofKiB(100), "gateway.body-bytes");
        assertThat(small.refusal("the event", 200_000).failure().code()).isEqualTo(ErrorCode.INGRESS_EXCEEDED);
        assertThat(small.refusal("the event", 100_000).failure().code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
    }

    @Test
    void aClientThatReadsSlowlyButSteadilyGetsAll() throws Exception {
        CompletableFuture<Long> received = new CompletableFuture<>();
        NetClient slow = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(16 * 1024));
        slow.connect(impatientPort, "127.0.0.1").onSuccess(socket -> {
            AtomicLong bytes = new AtomicLong();
            long start = System.nanoTime();
            socket.pause();
            socket.handler(piece -> bytes.addAndGet(piece.length()));
            socket.closeHandler(closed -> received.complete(bytes.get()));
            long timer = vertx.setPeriodic(10, ignored -> socket.fetch(1));
            // Slow for longer than any timeout of the server, then to the end.
            vertx.setTimer(1_500, ignored -> {
                vertx.cancelTimer(timer);
                assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
                socket.resume();
            });
            socket.write("GET /big HTTP/1.1\r\n" + LAST + "\r\n");
        });
        assertThat(received.get(20, TimeUnit.SECONDS)).isGreaterThan(BIG_ANSWER);
        Await.of(slow.close());
    }

    @Test
    void aClientThatTakesNothingIsCutOff() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send("GET /big HTTP/1.1\r\n" + HOST + "\r\n").readTo("content-length");
            CompletableFuture<Void> later = new CompletableFuture<>();
            vertx.setTimer(1_200, ignored -> later.complete(null));
            later.get(20, TimeUnit.SECONDS);
            assertThat(client.readAll()).hasSizeLessThan(BIG_ANSWER);
        }
    }

    @Test
    void countsTheRoomThatABodyOfUnknownLengthTakes() throws IOException {
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        try (RawClient client = new RawClient(port)) {
            client.send("PUT /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(9));
            CompletableFuture<Long> held = new CompletableFuture<>();
            vertx.setPeriodic(5, timer -> {
                if (budget.used() >= 9 * 0x4000) {
                    vertx.cancelTimer(timer);
                    held.complete(budget.used());
                }
            });
            assertThat(held.orTimeout(20, TimeUnit.SECONDS).join()).isGreaterThanOrEqualTo(9 * 0x4000);
            client.send("0\r\n\r\n");
            assertThat(client.readTo("got 147456")).startsWith("HTTP/1.1 200");
        }
        assertThat(budget.used()).isZero();
    }

    private String exchange(String request) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send(request).readAll();
        }
    }
}
