package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Certificate;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.Prometheus;
import dev.hearth.deploy.rig.SharedNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A node that has keys, attacked over HTTP, and nodes that must not start. */
final class SafeListenerIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with("stems.python3=0", "stems.nodejs=0", "auth.failures=1000");

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<String> FOR_CALLERS = List.of(
            "POST /v1/functions/some/invoke",
            "GET /v1/invocations",
            "GET /v1/invocations/some",
            "GET /v1/invocations/some/logs",
            "GET /v1/invocations/some/output",
            "GET /v1/invocations/events",
            "POST /v1/invocations/wait",
            "POST /v1/functions/some/invocations",
            "DELETE /v1/invocations/some");
    private static final List<String> FOR_SCRAPERS = List.of("GET /metrics", "GET /v1/nodes/targets");
    private static final List<String> OPEN = List.of("GET /health/live", "GET /health/ready", "GET /openapi.yaml");

    private static String admin = "";
    private static String caller = "";
    private static String scraper = "";

    @BeforeAll
    static void makeKeys() {
        NODE.api().register("page", "runtime=python3&memory=64MiB", """
                def handle(event, context):
                    print("<script>alert(1)</script>")
                    return "<html><script>alert(document.domain)</script></html>"
                """);
        admin = keys(NODE.process(), "create", "root").strip();
        caller = keys(NODE.process(), "create", "ci", "--role", "invoke", "--expires", "90d")
                .strip();
        scraper = keys(NODE.process(), "create", "prometheus", "--role", "metrics")
                .strip();
    }

    /** Every operation of the contract, with some name in place of each parameter. */
    private static List<String> operations() throws IOException {
        List<String> all = new ArrayList<>();
        JsonNode paths = new YAMLMapper()
                .readTree(NODE.api().get("/openapi.yaml").text())
                .get("paths");
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (String method : List.of("get", "put", "post", "delete")) {
                if (path.getValue().has(method)) {
                    all.add(method.toUpperCase(Locale.ROOT) + " "
                            + path.getKey().replaceAll("\\{[a-z]+}", "some"));
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(15);
        return all;
    }

    @Test
    void everyRouteIsClosedWithoutAKeyAndToTheWrongRole() throws IOException {
        for (String operation : operations()) {
            boolean open = OPEN.contains(operation);
            if (!open) {
                assertThat(send(operation, "").status()).as(operation).isEqualTo(401);
                assertThat(send(operation, admin.replaceAll("..$", "zz")).status())
                        .as(operation)
                        .isEqualTo(401);
            }
            boolean allowed = open || FOR_CALLERS.contains(operation);
            if (allowed) {
                assertThat(send(operation, caller).status()).as(operation).isNotIn(401, 403);
            } else {
                assertThat(send(operation, caller).status()).as(operation).isEqualTo(403);
            }
            if (open || FOR_SCRAPERS.contains(operation)) {
                assertThat(send(operation, scraper).status()).as(operation).isEqualTo(200);
            } else {
                assertThat(send(operation, scraper).status()).as(operation).isEqualTo(403);
            }
            assertThat(send(operation, admin).status()).as(operation).isNotIn(401, 403, 405);
        }
    }

    @Test
    void aPageMadeByAFunctionIsSandboxedAndSoIsItsLog() {
        Answer page = send("POST /v1/functions/page/invoke", caller);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).startsWith("<html>");
        sandboxed(page);
        String id = page.headers().firstValue("Hearth-Invocation-Id").orElseThrow();
        Answer log = send("GET /v1/invocations/" + id + "/logs", caller);
        assertThat(log.text()).contains("<script>");
        sandboxed(log);
        sandboxed(send("GET /v1/invocations/" + id, caller));
        sandboxed(send("POST /v1/functions/missing/invoke", caller));
    }

    private static void sandboxed(Answer answer) {
        assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly("sandbox");
    }

    @Test
    void aKeyThatTheCommandDeletesIsRefusedAtOnce() {
        String brief = keys(NODE.process(), "create", "brief").strip();
        assertThat(send("GET /v1/nodes", brief).status()).isEqualTo(200);
        assertThat(keys(NODE.process(), "list")).contains("brief").doesNotContain(brief.substring(20));
        assertThat(keys(NODE.process(), "delete", "brief")).endsWith("(brief) deleted\n");
        assertThat(send("GET /v1/nodes", brief).status()).isEqualTo(401);
    }

    @Test
    void prometheusScrapesWithAKeyThatReadsMetricsAlone(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("hearth.key"), scraper + "\n");
        try (Prometheus prometheus = Prometheus.scraping(NODE.process(), file)) {
            assertThat(prometheus.values("hearth_node_ready")).containsExactly(1.0);
        }
    }

    @Test
    void theControlSocketIsForItsOwnerAlone() throws IOException {
        var folder = NODE.process().data().resolve("control");
        assertThat(Files.exists(folder.resolve("api.sock"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void nothingOfAKeyIsInTheLogOrTheDataFolder() throws IOException {
        send("GET /v1/nodes?key=" + admin, "");
        send("GET /v1/nodes?limit=" + admin, admin);
        send("GET /v1/nodes", admin.replaceAll("....$", "0000"));
        String secret = admin.substring(20, 80);
        assertThat(String.join("\n", NODE.process().logLines()))
                .contains("event=key_refused")
                .doesNotContain(secret)
                .doesNotContain(caller.substring(20));
    }

    @Test
    void keysOutliveARestartAndCanBeMadeWhileTheNodeIsDown() {
        try (NodeProcess node = NodeProcess.start("stems.python3=0", "stems.nodejs=0")) {
            assertThat(node.api().get("/v1/nodes").status()).isEqualTo(200);
            assertThat(node.terminate()).as("exit code of SIGTERM").isEqualTo(143);
            String key = keys(node, "create", "offline").strip();
            node.restart();
            assertThat(node.api().get("/v1/nodes").status()).isEqualTo(401);
            assertThat(node.api()
                            .send(node.api()
                                    .request("/v1/nodes")
                                    .header("Authorization", "Bearer " + key)
                                    .build())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void anAddressThatOthersReachNeedsAKeyAndTls() {
        refuses(
                "gateway.host is 0.0.0.0, which other machines reach: set gateway.tls-cert and gateway.tls-key",
                "gateway.host=0.0.0.0");
        refuses("there is no API key: make one with 'hearth keys create", "gateway.host=0.0.0.0", "gateway.tls=off");
    }

    @Test
    void anAddressThatOthersReachServesWithAKeyAndTls(@TempDir Path folder) throws Exception {
        Certificate certificate = Certificate.make(folder);
        String[] settings = {
            "gateway.host=0.0.0.0",
            "gateway.tls-cert=" + certificate.pem(),
            "gateway.tls-key=" + certificate.key(),
            "stems.python3=0",
            "stems.nodejs=0"
        };
        try (NodeProcess node = NodeProcess.launched(settings);
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(certificate.trusting())
                        .build()) {
            eventually(
                    SOON, () -> assertThat(String.join("\n", node.logLines())).contains("there is no API key"));
            node.awaitEnd();
            String key = keys(node, "create", "root").strip();
            node.startAgain();
            URI nodes = URI.create("https://127.0.0.1:" + node.port() + "/v1/nodes");
            HttpRequest without = HttpRequest.newBuilder(nodes).build();
            eventually(
                    SOON,
                    () -> assertThat(client.send(without, BodyHandlers.ofString())
                                    .statusCode())
                            .isEqualTo(401));
            HttpRequest with = HttpRequest.newBuilder(nodes)
                    .header("Authorization", "Bearer " + key)
                    .build();
            assertThat(client.send(with, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            keys(node, "delete", "root");
            assertThat(client.send(without, BodyHandlers.ofString()).statusCode())
                    .as("without any key")
                    .isEqualTo(401);
        }
    }

    private static void refuses(String reason, String... settings) {
        try (NodeProcess node = NodeProcess.launched(settings)) {
            eventually(
                    SOON, () -> assertThat(String.join("\n", node.logLines())).contains(reason));
        }
    }

    private static Answer send(String operation, String key) {
        String[] parts = operation.split(" ", 2);
        var request = NODE.api().request(parts[1]).method(parts[0], BodyPublishers.noBody());
        return NODE.api().send((key.isEmpty() ? request : request.header("Authorization", "Bearer " + key)).build());
    }

    /** {@code hearth keys}, with its output. */
    private static String keys(NodeProcess node, String... arguments) {
        List<String> command = new ArrayList<>(List.of("keys"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", node.data().toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(command.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }
}
