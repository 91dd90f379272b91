package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Eventually;
import dev.hearth.deploy.rig.NodeProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A head and its workers as processes of their own, over real TLS; the workers share this machine's engine. */
@TestMethodOrder(MethodOrderer.MethodName.class)
final class ClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOST_AFTER = "gateway.node-lost-after=2s";
    private static final String[] SMALL = {
        "stems.python3=0", "stems.nodejs=0", "invoker.heartbeat=200ms", "invoker.orphan-after=3s", "invoker.slots=2"
    };
    private static final String SLEEP =
            "import time\ndef handle(event, context):\n    time.sleep(event)\n    return event\n";

    private static int port;
    private static NodeProcess head;
    private static NodeProcess worker;

    @BeforeAll
    static void start() {
        port = NodeProcess.freePorts(3);
        head = NodeProcess.startHead(port, LOST_AFTER);
        worker = head.launchWorker(port, SMALL);
        awaitNodes(worker.id());
        head.api().register("sleep", "runtime=python3&memory=64MiB&disk=1MiB&timeout=60s", SLEEP);
    }

    @AfterAll
    static void stop() {
        for (NodeProcess process : new NodeProcess[] {worker, head}) {
            if (process != null) {
                process.close();
            }
        }
    }

    private static void awaitNodes(String... ids) {
        Eventually.eventually(
                PATIENCE,
                () -> assertThat(nodes()).as("head says %s", head.logTail()).isEqualTo(Set.of(ids)));
    }

    private static Set<String> nodes() {
        return head.api().get("/v1/nodes").json().getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.getBoolean("ready"))
                .map(node -> node.getString("id"))
                .collect(Collectors.toSet());
    }

    private static CompletableFuture<Answer> sleep(int seconds) {
        return sleep(head.api(), seconds);
    }

    private static CompletableFuture<Answer> sleep(Api api, int seconds) {
        return api.sendLater(api.request("/v1/functions/sleep/invoke")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Integer.toString(seconds)))
                .build());
    }

    private static String accept(int seconds) {
        return head.api()
                .send(head.api()
                        .request("/v1/functions/sleep/invocations?retries=0")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Integer.toString(seconds)))
                        .build())
                .json()
                .getString("id");
    }

    private static void awaitRunning(int calls, String node) {
        Eventually.eventually(PATIENCE, () -> assertThat(busy(node)).isEqualTo(calls));
    }

    private static long busy(String node) {
        return head.api().get("/v1/nodes/" + node + "/containers").json().getJsonArray("containers").stream()
                .filter(container -> ((JsonObject) container).getString("state").equals("busy"))
                .count();
    }

    @Test
    void aWorkerThatJoinedByItsTokenServes() {
        Answer answer = sleep(0).join();

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.headers().firstValue("Hearth-Node")).contains(worker.id());
        String id = accept(0);
        JsonObject record =
                head.api().get("/v1/invocations/" + id + "?wait=30s").json();
        assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
        assertThat(record.getString("node")).isEqualTo(worker.id());
    }

    @Test
    void bodiesOfMegabytesGoBothWays() {
        head.api().register("back", "runtime=python3&memory=64MiB&disk=1MiB", """
                def handle(event, context):
                    return event
                """);
        byte[] bytes = new byte[4 << 20];
        new java.util.Random(4).nextBytes(bytes);

        Answer answer = head.api()
                .send(head.api()
                        .request("/v1/functions/back/invoke")
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(bytes))
                        .build());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().getBytes()).isEqualTo(bytes);
    }

    @Test
    void aWorkerThatHangsIsGivenUpAndEndsItsCallsBeforeItServesAgain() {
        CompletableFuture<Answer> call = sleep(50);
        awaitRunning(1, worker.id());
        List<String> before = Docker.running(worker.id());

        worker.signal("STOP");
        try {
            Answer answer = call.join();
            assertThat(answer.status()).as("%s", answer).isEqualTo(503);
            assertThat(answer.json().getJsonObject("error").getString("code")).isEqualTo("NODE_LOST");
            awaitNodes();
            assertThat(Docker.running(worker.id())).as("its call still runs").isEqualTo(before);
        } finally {
            worker.signal("CONT");
        }

        awaitNodes(worker.id());
        assertThat(busy(worker.id())).as("calls of before").isZero();
        assertThat(worker.logLines()).anyMatch(line -> line.contains("event=head_heard"));
        assertThat(head.logLines()).anyMatch(line -> line.contains("event=node_cleared node=" + worker.id()));
        assertThat(sleep(0).join().status()).isEqualTo(200);
    }

    @Test
    void aHeadThatIsKilledFindsItsWorkersAgainAndTheyEndWhatNobodyWaitsFor() {
        String accepted;
        // On a connection of its own: a client sends again what it had sent on one that was kept open.
        try (Api once = new Api(head.port())) {
            CompletableFuture<Answer> call = sleep(once, 50);
            awaitRunning(1, worker.id());
            accepted = accept(1);

            head.kill();

            assertThat(call.handle((answer, cut) -> cut != null).join()).isTrue();
        }
        head.startAgain();
        Eventually.eventually(PATIENCE, () -> assertThat(nodes()).containsExactly(worker.id()));
        JsonObject record =
                head.api().get("/v1/invocations/" + accepted + "?wait=30s").json();
        assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
        Eventually.eventually(PATIENCE, () -> assertThat(busy(worker.id())).isZero());
        assertThat(sleep(0).join().status()).isEqualTo(200);
    }

    @Test
    void whatAKilledWorkerHadRunsOnAnotherOne() {
        try (NodeProcess second = head.launchWorker(port, SMALL)) {
            awaitNodes(worker.id(), second.id());
            // More than one of them has slots for.
            List<String> accepted = List.of(accept(6), accept(6), accept(6), accept(6));
            Eventually.eventually(PATIENCE, () -> assertThat(busy(second.id())).isPositive());

            second.kill();

            int moved = 0;
            for (String id : accepted) {
                JsonObject record =
                        head.api().get("/v1/invocations/" + id + "?wait=60s").json();
                assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
                assertThat(record.getString("node")).isEqualTo(worker.id());
                moved += record.getInteger("attempts", 1) > 1 ? 1 : 0;
            }
            assertThat(moved).as("calls that the killed one had").isPositive();
            awaitNodes(worker.id());
        }
    }

    @Test
    void aWorkerWithATokenOfAnotherClusterIsRefusedInWords() {
        int other = NodeProcess.freePorts(3);
        try (NodeProcess stranger = NodeProcess.startHead(other, LOST_AFTER);
                NodeProcess refused = stranger.launchWorker(port, SMALL)) {
            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(String.join("\n", refused.logTail()))
                    .contains("is not trusted")
                    .contains("another cluster than the token");
        }
    }
}
