package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.http.BodyBudget;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpResponderTest {
    private static final Buffer PART = Buffer.buffer(new byte[512 * 1024]);
    private final Vertx vertx = Vertx.vertx();
    private final BodyBudget events = new BodyBudget(Bytes.ofMiB(1), "gateway.body-bytes");
    private final BodyBudget answers = new BodyBudget(Bytes.ofMiB(1), "gateway.answer-bytes");
    private final CompletableFuture<HttpResponder> responder = new CompletableFuture<>();
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<Long> closed = new CompletableFuture<>();

    @AfterEach
    void close() {
        Await.of(vertx.close());
        assertThat(answers.used()).isZero();
        assertThat(events.used()).isZero();
    }

    private static InvocationRecord record() {
        return new CallInFlight(Samples.call(1, Responder.NOBODY), 1).record();
    }

    @Test
    void keepsPartsForASlowClientUntilThereIsNoMoreRoom() throws Exception {
        NetSocket client = slowClient();
        List<Future<Void>> parts = begin();

        assertThat(parts.get(0).isComplete()).isTrue();
        assertThat(parts.get(1).isComplete()).isTrue();
        assertThat(parts.get(2).isComplete()).as("room for two parts only").isFalse();

        client.resume();
        Await.of(parts.get(2));
        responder.join().ended(record(), true);
        assertThat(closed.get(20, TimeUnit.SECONDS)).isGreaterThan(3L * PART.length());
    }

    @Test
    void givesTheRoomBackWhenTheClientGoesAway() throws Exception {
        NetSocket client = slowClient();
        List<Future<Void>> parts = begin();
        client.close();
        Await.of(parts.get(2));
        responder.join().ended(record(), false);
    }

    @Test
    void passesOnTheFunctionsOwnHeadButWhatIsThisServersToSay() throws Exception {
        Buffer headers = Buffer.buffer("""
                location: /elsewhere
                set-cookie: a=1
                set-cookie: b=2
                connection: close
                hearth-node: forged
                strict-transport-security: max-age=1
                content-security-policy: none
                """);
        String said = answer(new Answered(new AnswerHead(302, headers), "text/plain", 2, Buffer.buffer("go"), false));

        assertThat(said)
                .startsWith("HTTP/1.1 302 ")
                .contains("location: /elsewhere", "set-cookie: a=1", "set-cookie: b=2", "\r\n\r\ngo")
                .contains("Content-Security-Policy: sandbox")
                .doesNotContain("forged", "max-age", "content-security-policy: none");
    }

    @Test
    void sendsNoBodyWithAStatusThatHasNone() throws Exception {
        Buffer body = Buffer.buffer("never");
        String said = answer(new Answered(new AnswerHead(204, Buffer.buffer()), "", -1, body, false));

        assertThat(said).startsWith("HTTP/1.1 204 ").doesNotContain("never");
    }

    private String answer(Answered answered) throws Exception {
        NetSocket client = slowClient();
        Buffer said = Buffer.buffer();
        client.handler(said::appendBuffer);
        client.resume();
        responder
                .get(20, TimeUnit.SECONDS)
                .answered(new CallInFlight(Samples.call(1, Responder.NOBODY), 1).record(), answered);
        closed.get(20, TimeUnit.SECONDS);
        return said.toString();
    }

    private List<Future<Void>> begin() throws Exception {
        HttpResponder begun = responder.get(20, TimeUnit.SECONDS);
        begun.answered(
                new CallInFlight(Samples.call(1, Responder.NOBODY), 1).record(),
                new Answered("text/plain", -1, Buffer.buffer(), true));
        List<Future<Void>> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            parts.add(begun.part(PART));
        }
        return parts;
    }

    private NetSocket slowClient() {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setSendBufferSize(16 * 1024))
                .requestHandler(this::take);
        int port = Await.of(server.listen(0, "127.0.0.1")).actualPort();
        NetSocket client = Await.of(vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(16 * 1024))
                .connect(port, "127.0.0.1"));
        client.pause();
        client.handler(piece -> received.addAndGet(piece.length()));
        client.closeHandler(end -> closed.complete(received.get()));
        client.write("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nevent");
        return client;
    }

    private void take(HttpServerRequest request) {
        BodyReader.Rules rules = new BodyReader.Rules(events, Bytes.ofKiB(512), Duration.ofSeconds(10), new Bytes(1));
        new BodyReader(vertx, rules).read(request, Bytes.ofKiB(1), "the event").onSuccess(body -> {
            assertThat(events.used()).as("the event and its copy").isEqualTo(10);
            responder.complete(new HttpResponder(request, body, answers));
        });
    }
}
