package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Dashboard;
import dev.hearth.deploy.rig.ImageRegistry;
import dev.hearth.deploy.rig.Load;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.Prometheus;
import dev.hearth.deploy.rig.Sources;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A head and a worker that each answer for themselves, a Prometheus that finds the worker by the head, and what it sees when the worker dies. */
@TestMethodOrder(MethodOrderer.MethodName.class)
final class ClusterMonitoringIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB&timeout=300ms";
    /** Series that a standalone node does not have: MetricsIT leaves them to this test. */
    static final Set<String> OF_A_CLUSTER = Set.of(
            "hearth_image_store_up",
            "hearth_image_store_held_bytes",
            "hearth_image_store_capacity_bytes",
            "hearth_certificate_expires_seconds",
            "hearth_images_received_bytes_total");

    private static final Pattern SERIES = Pattern.compile("\\bhearth_[a-z_0-9]+\\b");

    private static ImageRegistry registry;
    private static NodeProcess head;
    private static NodeProcess worker;
    private static int workerPort;
    private static Load load;
    private static Prometheus prometheus;

    @BeforeAll
    static void start() {
        registry = ImageRegistry.open();
        int port = NodeProcess.freePorts(3);
        workerPort = NodeProcess.freePort();
        head = NodeProcess.startHead(
                port, "gateway.node-lost-after=2s", "queue.timeout=1s", "images.registry=http://" + registry.host());
        worker = head.launchWorker(
                port,
                "invoker.heartbeat=200ms",
                "stems.python3=0",
                "stems.nodejs=0",
                "invoker.listen=127.0.0.1:" + workerPort);
        eventually(
                PATIENCE,
                () -> assertThat(head.api().get("/health/ready").status()).isEqualTo(200));
        head.api().register("a", SMALL, Sources.SLEEPER);
        load = Load.on(head.api(), List.of("a"), List.of("a"));
        prometheus = Prometheus.scraping(head);
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable one : new AutoCloseable[] {load, prometheus, worker, head, registry}) {
            if (one != null) {
                try {
                    one.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static String onSocket(NodeProcess node, String path) throws IOException {
        Path socket = node.data().resolve("control").resolve("api.sock");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1 << 20);
            while (channel.read(answer) >= 0 && answer.hasRemaining()) {}
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aWorkerAnswersForItselfOnItsSocketAndAtItsAddress() throws IOException {
        assertThat(onSocket(worker, "/health/live")).startsWith("HTTP/1.1 200").contains("\"status\":\"live\"");
        assertThat(onSocket(worker, "/health/ready")).startsWith("HTTP/1.1 200");
        assertThat(onSocket(worker, "/metrics")).contains("hearth_node_ready 1.0");
        assertThat(onSocket(worker, "/v1/functions")).startsWith("HTTP/1.1 404").contains("the API is the head's");
        try (Api own = new Api(workerPort)) {
            assertThat(own.get("/health/ready").status()).isEqualTo(200);
            assertThat(own.get("/metrics").text())
                    .contains("hearth_containers{state=\"idle\"}")
                    .contains("hearth_certificate_expires_seconds ")
                    .contains("hearth_data_free_bytes ")
                    .doesNotContain("hearth_queue_length");
            Answer rebound = own.send(own.request("/metrics")
                    .header("Origin", "http://evil.example")
                    .build());
            assertThat(rebound.status()).isEqualTo(403);
        }
    }

    @Test
    void aHeadTellsWhereTheMetricsOfItsWorkersAre() {
        JsonArray targets = new JsonArray(head.api().get("/v1/nodes/targets").text());
        assertThat(targets)
                .isEqualTo(new JsonArray()
                        .add(new JsonObject()
                                .put("targets", new JsonArray().add("127.0.0.1:" + workerPort))
                                .put(
                                        "labels",
                                        new JsonObject()
                                                .put("__scheme__", "http")
                                                .put("node", worker.id()))));
    }

    @Test
    void everyPanelOfTheDashboardsOfClusterAndNodeShowsSomething() {
        eventually(
                PATIENCE,
                () -> assertThat(prometheus.values("up{job=\"hearth\"} == 1")).hasSize(2));
        for (Dashboard dashboard : Dashboard.all()) {
            if (!dashboard.file().matches("hearth-(cluster|node)\\.json")) {
                continue;
            }
            for (JsonObject panel : dashboard.panels()) {
                for (String query : Dashboard.queries(panel)) {
                    eventually(
                            PATIENCE,
                            () -> assertThat(prometheus.values(query))
                                    .as("%s: %s: %s", dashboard.file(), panel.getString("title"), query)
                                    .isNotEmpty());
                }
            }
        }
    }

    @Test
    void everySeriesOfAClusterThatRulesAskForIsThere() {
        for (JsonObject rule : prometheus.rules()) {
            SERIES.matcher(rule.getString("query"))
                    .results()
                    .map(found -> found.group())
                    .filter(OF_A_CLUSTER::contains)
                    .forEach(series -> eventually(
                            PATIENCE,
                            () -> assertThat(prometheus.values("count(" + series + ")"))
                                    .as("%s in %s", series, rule.getString("name"))
                                    .isNotEmpty()));
        }
    }

    @Test
    void whenAWorkerDiesTheHeadCountsItAndTheAlertsFire() {
        worker.kill();

        eventually(
                PATIENCE,
                () -> assertThat(prometheus.values("hearth_nodes{state=\"given_up\"}"))
                        .containsExactly(1.0));
        eventually(
                PATIENCE,
                () -> assertThat(prometheus.values("ALERTS{alertname=\"HearthNodeLost\",alertstate=\"firing\"}"))
                        .isNotEmpty());
        eventually(
                PATIENCE,
                () -> assertThat(prometheus.values("ALERTS{alertname=~\"HearthNoNodes|HearthNodeMissing\"}"))
                        .hasSize(2));
        eventually(
                PATIENCE,
                () -> assertThat(head.api().get("/v1/nodes/targets").text()).isEqualTo("[]"));
    }
}
