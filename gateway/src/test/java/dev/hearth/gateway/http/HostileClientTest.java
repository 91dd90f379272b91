package dev.hearth.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final HttpLimits LIMITS = limits(100);
    private final Vertx vertx = Vertx.vertx();
    private final BodyBudget budget = new BodyBudget(LIMITS.uploadBytes());
    private int port;

    private static HttpLimits limits(int connections) {
        return new HttpLimits(
                Set.of("Functions.Example.org"),
                connections,
                Bytes.ofKiB(4),
                Bytes.ofKiB(256),
                Bytes.ofKiB(384),
                Duration.ofMillis(400),
                Duration.ofMillis(400),
                Bytes.ofKiB(1));
    }

    @BeforeAll
    void start() {
        port = start(LIMITS.connections());
    }

    private int start(int connections) {
        ApiServer server = new ApiServer(
                limits(connections),
                SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                request -> vertx.setTimer(1_500, ignored -> request.response().end("slow")),
                List.of(this::echo));
        Await.of(vertx.deployVerticle(server));
        return server.port();
    }

    private void echo(Router router) {
        BodyReader reader = new BodyReader(vertx, budget, LIMITS);
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
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 262145\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 413")
                .contains("the body has 262145 bytes, the limit is 256KiB")
                .contains("connection: close");
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
                "PUT /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(9) + "0\r\n\r\n");
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
            second.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 200000\r\n\r\n");
            assertThat(second.readTo("\r\n\r\n")).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 1");
            first.send("x".repeat(262_144));
            first.readTo("got 262144");
        }
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "abc", "1, 2", "99999999999999999999"})
    void refusesALengthThatIsNone(String length) throws IOException {
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: " + length + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 4").contains("\"code\":\"");
    }

    @Test
    void refusesTwoLengths() throws IOException {
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab");
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
        String answer = exchange("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 200000\r\n\r\nshort");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("the body comes too slowly: 5 bytes in 400ms");
    }

    @Test
    void closesConnectionsThatSayNothingOrStopInTheHead() throws IOException {
        assertThat(exchange("")).isEmpty();
        assertThat(exchange("PUT /echo HTTP/1.1\r\nHost: loc")).isEmpty();
    }

    @Test
    void aHeadThatTricklesInGainsNothing() throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\n");
            for (int i = 0; i < 100 && !client.closedWithin(50); i++) {
                client.sendIfOpen("X-" + i + ": 1\r\n");
            }
            assertThat(client.closedWithin(50)).isTrue();
        }
    }

    @Test
    void doesNotCloseAConnectionWhileAFunctionRuns() throws IOException {
        try (RawClient client = new RawClient(port)) {
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
        assertThat(exchange("GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(8_192) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("INVALID_REQUEST");
        assertThat(exchange("GET /" + "x".repeat(8_192) + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .contains(" 414 ");
        assertThat(exchange("\u0016\u0003\u0001nonsense\r\n\r\n")).contains(" 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:80", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "functions.example.org"
            })
    void servesItsOwnNames(String host) throws IOException {
        assertThat(exchange("GET /none HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).startsWith("HTTP/1.1 404");
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
        assertThat(exchange("GET /none HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("gateway.hosts");
    }

    @Test
    void refusesAMissingOrStrangeHost() throws IOException {
        assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void closesOneConnectionTooMany() throws IOException {
        int other = start(1);
        try (RawClient first = new RawClient(other)) {
            first.send("PUT /echo HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\nx");
            first.readTo("got 1");
            try (RawClient tooMany = new RawClient(other)) {
                assertThat(tooMany.readAll()).isIn("", "<reset>");
            }
        }
    }

    private String exchange(String request) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send(request).readAll();
        }
    }
}
