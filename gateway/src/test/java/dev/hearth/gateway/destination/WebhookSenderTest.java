package dev.hearth.gateway.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.destination.Destination.Webhook;
import dev.hearth.gateway.destination.WebhookSender.Letter;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.tls.TestCertificate;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookSenderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final Duration BRIEF = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final String LOOPBACK = "127.0.0.0/8";

    private final Vertx vertx = Vertx.vertx();
    private final FakeNames names = new FakeNames();
    private Receiver receiver;

    @BeforeEach
    void listen() {
        receiver = new Receiver(vertx, new HttpServerOptions());
    }

    @AfterEach
    void close() {
        receiver.close();
        Await.of(vertx.close());
    }

    @Test
    void theDocumentComesSigned() {
        Verdict verdict = send(receiver.url() + "?a=b", LONG, LOOPBACK);
        assertThat(verdict).isEqualTo(new Verdict.Delivered("HTTP 200: ok"));
        Receiver.Got got = receiver.next();
        assertThat(got.uri()).isEqualTo("/hook?a=b");
        assertThat(got.body()).isEqualTo("{\"some\":\"document\"}");
        assertThat(got.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(got.headers().get("Hearth-Delivery")).isEqualTo("d1");
        assertThat(got.headers().get("Hearth-Signature"))
                .isEqualTo(Signature.of("whsec_x", 1_800_000_000, got.body()))
                .startsWith("t=1800000000,v1=");
    }

    @Test
    void theConnectionGoesToTheAddressThatWasChecked() {
        names.with("hooks.test", "127.0.0.1");
        Verdict verdict = send("http://hooks.test:" + receiver.port() + "/x", LONG, LOOPBACK);
        assertThat(verdict).isInstanceOf(Verdict.Delivered.class);
        assertThat(receiver.next().headers().get("Host")).isEqualTo("hooks.test:" + receiver.port());
    }

    @Test
    void nothingGoesToANameOneOfWhoseAddressesIsClosed() {
        names.with("mixed.test", "9.9.9.9", "127.0.0.1").with("none.test");
        for (String host : List.of("127.0.0.1", "mixed.test", "2130706433", "[::1]", "[::ffff:7f00:1]")) {
            Verdict verdict = send("http://" + host + ":" + receiver.port() + "/", LONG);
            assertThat(verdict).as(host).isInstanceOf(Verdict.Refused.class);
            assertThat(verdict.said()).contains("not sent", "loopback", "webhooks.allow");
        }
        assertThat(send("http://none.test/", LONG)).isInstanceOf(Verdict.Refused.class);
        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void whatTheTextTellsIsRefusedBeforeAnybodyAsks() {
        WebhookSender sender = sender(LONG, new HttpClientOptions());
        for (String host :
                List.of("localhost", "localhost.", "a.LocalHost", "127.0.0.1", "2130706433", "10.0.0.1", "[::1]")) {
            assertThat(sender.refusal(webhook("http://" + host + "/"))).as(host).isPresent();
        }
        for (String host : List.of("example.org", "9.9.9.9", "[2606:4700::1]")) {
            assertThat(sender.refusal(webhook("http://" + host + "/"))).as(host).isEmpty();
        }
    }

    @Test
    void anUnknownNameIsTriedAgain() {
        assertThat(send("http://gone.test/", LONG)).isInstanceOf(Verdict.Later.class);
    }

    @Test
    void aNameWithSeveralAddressesIsTriedAtAnotherOneEachTime() {
        names.with("two.test", "127.0.0.2", "127.0.0.1");
        String url = "http://two.test:" + receiver.port() + "/";
        assertThat(send(new Letter("d1", webhook(url), "{}", "s", 0), sender(LONG, new HttpClientOptions(), LOOPBACK)))
                .isInstanceOf(Verdict.Later.class);
        assertThat(send(new Letter("d1", webhook(url), "{}", "s", 1), sender(LONG, new HttpClientOptions(), LOOPBACK)))
                .isInstanceOf(Verdict.Delivered.class);
    }

    @Test
    void aReceiverThatDoesNotAnswerIsGivenUpInTime() {
        receiver.answering((request, number) -> {});
        assertThat(send(receiver.url(), BRIEF, LOOPBACK))
                .isEqualTo(new Verdict.Later("no answer within webhooks.timeout", Optional.empty()));
    }

    @Test
    void aConnectionThatIsResetIsTriedAgain() {
        receiver.answering((request, number) -> request.connection().close());
        assertThat(send(receiver.url(), LONG, LOOPBACK)).isInstanceOf(Verdict.Later.class);
    }

    @Test
    void whatIsNoHttpIsTriedAgain() {
        NetServer server = Await.of(vertx.createNetServer()
                .connectHandler(socket -> socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"))
                .listen(0, "127.0.0.1"));
        assertThat(send("http://127.0.0.1:" + server.actualPort() + "/", LONG, LOOPBACK))
                .isInstanceOf(Verdict.Later.class);
    }

    @Test
    void aRedirectIsNotFollowed() {
        receiver.answering((request, number) -> request.response()
                .setStatusCode(307)
                .putHeader("Location", "/inner")
                .end());
        assertThat(send(receiver.url(), LONG, LOOPBACK).said()).contains("307", "not followed");
        assertThat(receiver.next().uri()).isEqualTo("/hook");
        assertThat(receiver.rest()).isEmpty();
    }

    @Test
    void ofAHugeAnswerOnlyTheBeginIsRead() {
        Promise<Void> closed = Promise.promise();
        receiver.answering((request, number) -> {
            HttpServerResponse response = request.response().setChunked(true);
            response.exceptionHandler(gone -> closed.tryComplete());
            response.closeHandler(gone -> closed.tryComplete());
            pour(response);
        });
        Verdict verdict = send(receiver.url(), LONG, LOOPBACK);
        assertThat(verdict).isInstanceOf(Verdict.Delivered.class);
        assertThat(verdict.said()).hasSizeLessThan(600);
        Await.of(closed.future());
    }

    private static void pour(HttpServerResponse response) {
        Buffer piece = Buffer.buffer("x".repeat(60_000));
        while (!response.writeQueueFull() && !response.closed()) {
            response.write(piece);
        }
        response.drainHandler(drained -> pour(response));
    }

    @Test
    void anAnswerWhoseBodyNeverEndsCountsByItsStatus() {
        receiver.answering((request, number) ->
                request.response().setStatusCode(410).setChunked(true).write("gone"));
        Verdict verdict = send(receiver.url(), Duration.ofSeconds(2), LOOPBACK);
        assertThat(verdict).isEqualTo(new Verdict.Refused("HTTP 410: gone"));
    }

    @Test
    void retryAfterIsHandedOn() {
        receiver.answering((request, number) -> request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", "7")
                .end());
        assertThat(send(receiver.url(), LONG, LOOPBACK))
                .isEqualTo(new Verdict.Later("HTTP 503", Optional.of(Duration.ofSeconds(7))));
    }

    @Test
    void tlsIsCheckedAgainstTheName(@TempDir Path folder) throws IOException, GeneralSecurityException {
        TestCertificate pair = TestCertificate.make(folder, "receiver");
        HttpServerOptions secured = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(pair.certificate()))
                        .addKeyValue(Buffer.buffer(pair.key())));
        HttpClientOptions trusting = new HttpClientOptions()
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pair.certificate())));
        names.with("localhost", "127.0.0.1").with("other.test", "127.0.0.1");
        try (Receiver receiving = new Receiver(vertx, secured)) {
            String right = "https://localhost:" + receiving.port() + "/";
            String wrong = "https://other.test:" + receiving.port() + "/";
            assertThat(send(letter(right), sender(LONG, trusting, LOOPBACK))).isInstanceOf(Verdict.Delivered.class);
            assertThat(send(letter(wrong), sender(LONG, new HttpClientOptions(trusting), LOOPBACK)))
                    .as("the certificate is for the address and not for this name")
                    .isInstanceOf(Verdict.Later.class);
            assertThat(send(letter(right), sender(LONG, new HttpClientOptions(), LOOPBACK)))
                    .as("nobody has vouched for it")
                    .isInstanceOf(Verdict.Later.class);
            assertThat(receiving.next().headers().get("Host")).isEqualTo("localhost:" + receiving.port());
            assertThat(receiving.rest()).isEmpty();
        }
    }

    private Verdict send(String url, Duration timeout, String... allowed) {
        return send(letter(url), sender(timeout, new HttpClientOptions(), allowed));
    }

    private static Letter letter(String url) {
        return new Letter("d1", webhook(url), "{\"some\":\"document\"}", "whsec_x", 0);
    }

    private static Webhook webhook(String url) {
        return (Webhook) Destination.parse(url);
    }

    private Verdict send(Letter letter, WebhookSender sender) {
        Promise<Verdict> verdict = Promise.promise();
        vertx.runOnContext(ignored -> sender.send(letter).onComplete(verdict));
        return Await.of(verdict.future());
    }

    private WebhookSender sender(Duration timeout, HttpClientOptions options, String... allowed) {
        DeliverySettings some = Some.settings(timeout, allowed);
        DeliverySettings settings = new DeliverySettings(
                some.allow(),
                some.parallel(),
                some.attempts(),
                some.backoff(),
                timeout,
                some.inlineBytes(),
                Bytes.ofKiB(1),
                some.keep(),
                some.keepCount());
        return new WebhookSender(vertx, settings, names, options, InstantSource.fixed(NOW));
    }
}
