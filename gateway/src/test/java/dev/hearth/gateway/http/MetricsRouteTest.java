package dev.hearth.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.store.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsRouteTest {
    private static final long SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger written = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch arrived = new CountDownLatch(0);
    private volatile boolean broken;
    private URI uri;

    @BeforeEach
    void start() {
        ApiServer server = new ApiServer(
                HttpLimits.DEFAULT,
                SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                request -> {},
                List.of(
                        router -> router.route("/metrics").handler(c -> {
                            arrived.countDown();
                            c.next();
                        }),
                        new MetricsRoute(vertx, this::page)::addTo));
        Await.of(vertx.deployVerticle(server));
        uri = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
    }

    @AfterEach
    void stop() {
        gate.countDown();
        client.close();
        Await.of(vertx.close());
    }

    private MetricsSource.Page page(boolean openMetrics) {
        try {
            assertThat(gate.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        if (broken) {
            throw new IllegalStateException("on purpose");
        }
        return new MetricsSource.Page(
                openMetrics ? "open/metrics" : "plain/text", Buffer.buffer("page " + written.incrementAndGet()));
    }

    private CompletableFuture<HttpResponse<String>> later(String accept) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(SECONDS))
                .header("Accept", accept)
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    @Test
    void theFormatIsTheOneThatIsAccepted() {
        HttpResponse<String> plain = later("text/plain, */*").join();
        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("Content-Type")).contains("plain/text");
        assertThat(plain.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        HttpResponse<String> open = later("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .join();
        assertThat(open.headers().firstValue("Content-Type")).contains("open/metrics");
    }

    @Test
    void whoeverAsksWhileAPageIsWrittenGetsThatPage() throws Exception {
        gate = new CountDownLatch(1);
        arrived = new CountDownLatch(6);
        List<CompletableFuture<HttpResponse<String>>> askers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            askers.add(later("*/*"));
        }
        assertThat(arrived.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        gate.countDown();
        for (CompletableFuture<HttpResponse<String>> asker : askers) {
            assertThat(asker.get(SECONDS, TimeUnit.SECONDS).body()).isEqualTo("page 1");
        }
        assertThat(later("*/*").join().body()).isEqualTo("page 2");
    }

    @Test
    void aPageThatFailsIsAnErrorAndTheNextOneIsWrittenAnew() {
        broken = true;
        HttpResponse<String> failed = later("*/*").join();
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains("INTERNAL");
        broken = false;
        assertThat(later("*/*").join().body()).isEqualTo("page 1");
    }

    @Test
    void anotherMethodIsNotPossible() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = client.send(post, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET");
    }
}
