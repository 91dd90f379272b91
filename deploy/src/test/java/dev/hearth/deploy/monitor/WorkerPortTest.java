package dev.hearth.deploy.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.gateway.http.MetricsSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker's own port with its certificate of the cluster and a token. */
final class WorkerPortTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path data;

    private final Vertx vertx = Vertx.vertx();
    private final int port = NodeProcess.freePort();
    private volatile String fault = "";
    private HttpClient client;

    @BeforeEach
    void listen() throws Exception {
        Path folder = data.resolve("cluster");
        Authority.create(folder, Instant.now())
                .issue(new Subject("worker", Role.INVOKER, List.of("127.0.0.1")), folder, Instant.now());
        MonitorConfig config = new MonitorConfig(Optional.of(new MonitorConfig.At("127.0.0.1", port)), TOKEN, true);
        MetricsSource metrics = openMetrics -> new MetricsSource.Page("text/plain", Buffer.buffer("some_metric 1\n"));
        WorkerPort worker =
                new WorkerPort(config, data, new IdentityFiles(folder), metrics, () -> Future.succeededFuture(fault));
        vertx.deployVerticle(worker).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        client = HttpClient.newBuilder()
                .sslContext(Identity.read(folder).context())
                .build();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private HttpResponse<String> get(String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void metricsAskForTheToken() throws Exception {
        assertThat(get("/metrics", "").statusCode()).isEqualTo(401);
        assertThat(get("/metrics", "Bearer " + TOKEN + "0").statusCode()).isEqualTo(401);
        assertThat(get("/metrics", TOKEN).statusCode()).isEqualTo(401);
        HttpResponse<String> page = get("/metrics", "Bearer " + TOKEN);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("some_metric 1\n");
    }

    @Test
    void healthIsOpenAndSaysWhatIsLacking() throws Exception {
        assertThat(get("/health/live", "").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready", "").statusCode()).isEqualTo(200);
        fault = "the Docker Engine does not answer";
        HttpResponse<String> answer = get("/health/ready", "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the Docker Engine does not answer");
    }

    @Test
    void thereIsNothingElse() throws Exception {
        assertThat(get("/v1/functions", "Bearer " + TOKEN).statusCode()).isEqualTo(404);
    }
}
