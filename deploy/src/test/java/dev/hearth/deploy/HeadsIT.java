package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Eventually;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.PostgresProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two heads on one PostgreSQL and a worker that serves both, as processes of their own. */
@TestMethodOrder(MethodOrderer.MethodName.class)
final class HeadsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String ECHO = "def handle(event, context):\n    return event\n";
    private static final String SLEEP =
            "import time\ndef handle(event, context):\n    time.sleep(event)\n    return event\n";
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB&timeout=60s";

    private static PostgresProcess database;
    private static NodeProcess first;
    private static NodeProcess second;
    private static NodeProcess worker;

    @BeforeAll
    static void start() {
        database = PostgresProcess.start();
        int one = NodeProcess.freePorts(3);
        first = NodeProcess.startHead(one, settings());
        int other = NodeProcess.freePorts(3);
        second = first.startAnotherHead(one, other, settings());
        worker = first.launchWorker(
                one,
                "cluster.join=127.0.0.1:" + one + ",127.0.0.1:" + other,
                "stems.python3=0",
                "stems.nodejs=0",
                "invoker.heartbeat=200ms",
                "invoker.orphan-after=3s",
                "invoker.slots=8");
        for (NodeProcess head : List.of(first, second)) {
            Eventually.eventually(
                    PATIENCE,
                    () -> assertThat(nodes(head))
                            .as("head says %s", head.logTail())
                            .containsExactly(worker.id()));
            awaitHeads(head, first.id(), second.id());
        }
        first.api().register("echo", SMALL, ECHO);
        first.api().register("sleep", SMALL, SLEEP);
        within(() -> assertThat(second.api().invoke("echo", "1").status()).isEqualTo(200));
    }

    private static String[] settings() {
        return Stream.concat(
                        database.settings().stream(),
                        Stream.of(
                                "gateway.node-lost-after=2s",
                                "async.losses=100",
                                "boot-timeout=2m",
                                "start-timeout=2m"))
                .toArray(String[]::new);
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable part : new AutoCloseable[] {worker, second, first, database}) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new AssertionError(part + " was not closed", e);
                }
            }
        }
    }

    private static void within(Eventually.Check check) {
        Eventually.eventually(SOON, check);
    }

    private static Set<String> nodes(NodeProcess head) {
        return ids(head.api().read("/v1/nodes").getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.getBoolean("ready")));
    }

    private static Set<String> ids(Stream<JsonObject> all) {
        return all.map(one -> one.getString("id")).collect(Collectors.toSet());
    }

    private static void awaitHeads(NodeProcess head, String... ids) {
        Eventually.eventually(
                PATIENCE,
                () -> assertThat(ids(head.api().read("/v1/heads").getJsonArray("heads").stream()
                                .map(JsonObject.class::cast)))
                        .as("head says %s", head.logTail())
                        .isEqualTo(Set.of(ids)));
    }

    private static Answer accept(Api api, String function, String event, String... headers) {
        var request = api.request("/v1/functions/" + function + "/invocations")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        Answer answer = api.send(request.build());
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        return answer;
    }

    private static String accepted(NodeProcess head, String function, String event) {
        return accept(head.api(), function, event).json().getString("id");
    }

    @Test
    void aFunctionThatIsMadeChangedAndDeletedAtOneIsSoAtTheOtherWithinASecond() {
        first.api().register("f", SMALL, "def handle(event, context):\n    return 1\n");
        within(() -> assertThat(second.api().invoke("f", "0").text()).isEqualTo("1"));
        second.api().register("f", SMALL, "def handle(event, context):\n    return 2\n");
        within(() -> assertThat(first.api().invoke("f", "0").text()).isEqualTo("2"));
        assertThat(first.api().read("/v1/functions/f").encode())
                .isEqualTo(second.api().read("/v1/functions/f").encode());

        assertThat(first.api().delete("/v1/functions/f").status()).isEqualTo(200);
        within(() -> assertThat(second.api().invoke("f", "0").status()).isEqualTo(404));
        Eventually.eventually(
                PATIENCE,
                () -> assertThat(first.api().containers(worker.id()))
                        .noneMatch(container -> "f".equals(container.getString("function"))));
    }

    @Test
    void twoHeadsThatRegisterOneFunctionAtOnceMakeTwoRevisionsOfIt() {
        List<CompletableFuture<Answer>> both = new ArrayList<>();
        for (NodeProcess head : List.of(first, second)) {
            both.add(head.api()
                    .sendLater(head.api()
                            .request("/v1/functions/both?wait=60s&" + SMALL)
                            .header("Content-Type", "text/plain")
                            .PUT(BodyPublishers.ofString(
                                    "def handle(event, context):\n    return '" + head.id() + "'\n"))
                            .build()));
        }
        assertThat(both.stream().map(one -> one.join().status()).sorted().toList())
                .containsExactly(200, 201);
        within(() -> assertThat(first.api().invoke("both", "0").text())
                .isEqualTo(second.api().invoke("both", "0").text()));
        assertThat(first.api().read("/v1/functions/both/revisions").getJsonArray("revisions"))
                .hasSize(2);
    }

    @Test
    void anIdempotencyKeyHoldsAcrossHeads() {
        Answer one = accept(first.api(), "echo", "5", "Idempotency-Key", "once");
        Answer again = accept(second.api(), "echo", "5", "Idempotency-Key", "once");

        assertThat(again.json().getString("id")).isEqualTo(one.json().getString("id"));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        Answer other = second.api()
                .send(second.api()
                        .request("/v1/functions/echo/invocations")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "once")
                        .POST(BodyPublishers.ofString("6"))
                        .build());
        assertThat(other.code()).isEqualTo("CONFLICT");
    }

    @Test
    void theOtherHeadWaitsForACallAndShowsItsRecordOutputAndLog() {
        String id = accepted(first, "sleep", "1");
        String later = accepted(first, "sleep", "2");

        JsonObject any = wait(second, "any", id, later);
        assertThat(any.getJsonArray("done").size()).as("%s", any).isPositive();
        JsonObject all = wait(second, "all", id, later);
        assertThat(all.getJsonArray("pending")).as("%s", all).isEqualTo(new JsonArray());

        assertThat(second.api().record(id).getString("outcome")).isEqualTo("SUCCESS");
        assertThat(second.api().get("/v1/invocations/" + id + "/output").text()).isEqualTo("1");
        assertThat(second.api().get("/v1/invocations/" + id + "/logs").status()).isEqualTo(200);
        String third = accepted(first, "sleep", "1");
        assertThat(second.api().read("/v1/invocations/" + third + "?wait=30s").getString("outcome"))
                .isEqualTo("SUCCESS");
        String events = second.api()
                .get("/v1/invocations/events?ids=" + accepted(first, "sleep", "1") + "," + third)
                .text();
        assertThat(events.lines().filter("event: done"::equals)).hasSize(2);
    }

    private static JsonObject wait(NodeProcess head, String until, String... ids) {
        JsonObject asked = new JsonObject()
                .put("ids", new JsonArray(List.of(ids)))
                .put("for", until)
                .put("timeout", "30s");
        return head.api()
                .send(head.api()
                        .request("/v1/invocations/wait")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(asked.encode()))
                        .build())
                .json();
    }

    @Test
    void theOtherHeadCancelsACallThatRunsAndOneThatWaits() {
        String running = accepted(first, "sleep", "50");
        String waiting = accept(first.api(), "sleep", "50").json().getString("id");
        Eventually.eventually(
                PATIENCE,
                () -> assertThat(second.api().record(running).getString("state"))
                        .isEqualTo("RUNNING"));

        for (String id : List.of(running, waiting)) {
            Answer answer = second.api().delete("/v1/invocations/" + id);
            assertThat(answer.json().getString("outcome")).as("%s", answer).isEqualTo("CANCELLED");
        }
    }

    @Test
    void aSynchronousCallOfOneHeadIsSeenAndCancelledAtTheOther() {
        CompletableFuture<Answer> call = first.api().invokeLater("sleep", "50");
        String id = Eventually.value(
                PATIENCE,
                () -> second.api()
                        .read("/v1/invocations?function=sleep&async=false&state=RUNNING")
                        .getJsonArray("invocations")
                        .getJsonObject(0)
                        .getString("id"));

        Answer cancelled = second.api().delete("/v1/invocations/" + id);

        assertThat(call.join().code()).isEqualTo("CANCELLED");
        assertThat(cancelled.json().getString("outcome")).as("%s", cancelled).isEqualTo("CANCELLED");
        Answer done = first.api().invoke("echo", "1");
        assertThat(second.api().record(done.invocation()).getString("outcome")).isEqualTo("SUCCESS");
    }

    @Test
    void aNodeThatIsDrainedAtOneHeadIsDrainedAtTheOther() {
        assertThat(first.api()
                        .send(first.api()
                                .request("/v1/nodes/" + worker.id() + "/drain")
                                .POST(BodyPublishers.noBody())
                                .build())
                        .status())
                .isEqualTo(200);
        within(() -> assertThat(second.api().get("/health/ready").text()).contains("drained"));
        assertThat(second.api().delete("/v1/nodes/" + worker.id() + "/drain").status())
                .isEqualTo(200);
        within(() -> assertThat(first.api().get("/health/ready").status()).isEqualTo(200));
    }

    /** Calls of all kinds at both heads, until it is told to stop. */
    private static final class Traffic {
        private static final Duration PACE = Duration.ofMillis(20);

        final Queue<String> accepted = new ConcurrentLinkedQueue<>();
        final Queue<String> faults = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean going = new AtomicBoolean(true);
        private final List<Future<?>> clients = new ArrayList<>();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        Traffic(NodeProcess doomed, NodeProcess other) {
            clients.add(threads.submit(() -> repeat(() -> asynchronous(doomed), true)));
            clients.add(threads.submit(() -> repeat(() -> asynchronous(other), false)));
            clients.add(threads.submit(() -> repeat(() -> synchronous(doomed), true)));
            clients.add(threads.submit(() -> repeat(() -> synchronous(other), false)));
        }

        private void repeat(Runnable call, boolean mayBreak) {
            while (going.get()) {
                try {
                    call.run();
                } catch (AssertionError cut) {
                    if (!mayBreak) {
                        faults.add(String.valueOf(cut.getMessage()));
                    }
                }
                LockSupport.parkNanos(PACE.toNanos());
            }
        }

        private void asynchronous(NodeProcess head) {
            accepted.add(accepted(head, "echo", "1"));
        }

        private static String accepted(NodeProcess head, String function, String event) {
            return HeadsIT.accepted(head, function, event);
        }

        private void synchronous(NodeProcess head) {
            Answer answer = head.api().invoke("echo", "2");
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        }

        void end() throws ExecutionException, InterruptedException, TimeoutException {
            going.set(false);
            for (Future<?> client : clients) {
                client.get(1, TimeUnit.MINUTES);
            }
            threads.close();
        }
    }

    @Test
    void whenOneHeadIsKilledUnderLoadTheOtherGoesOnAndEndsWhatItHad() throws Exception {
        Traffic traffic = new Traffic(first, second);
        Eventually.eventually(PATIENCE, () -> assertThat(traffic.accepted).hasSizeGreaterThan(100));
        // What waits there when it dies.
        List<String> slow =
                Stream.generate(() -> accepted(first, "sleep", "1")).limit(12).toList();
        int before = traffic.accepted.size();

        first.kill();

        awaitHeads(second, second.id());
        Eventually.eventually(PATIENCE, () -> assertThat(traffic.accepted).hasSizeGreaterThan(before + 100));
        for (String id : slow) {
            JsonObject record = second.api().read("/v1/invocations/" + id + "?wait=60s");
            assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
        }
        first.startAgain();
        first.awaitAnswer();
        awaitHeads(first, first.id(), second.id());
        Eventually.eventually(PATIENCE, () -> assertThat(nodes(first)).containsExactly(worker.id()));
        int after = traffic.accepted.size();
        Eventually.eventually(PATIENCE, () -> assertThat(traffic.accepted).hasSizeGreaterThan(after + 50));
        traffic.end();

        assertThat(traffic.faults).as("at the head that lives").isEmpty();
        for (String id : traffic.accepted) {
            JsonObject record = first.api().read("/v1/invocations/" + id + "?wait=60s");
            assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
        }
        assertThat(second.logLines()).anyMatch(line -> line.contains("event=head_taken_over head=" + first.id()));
    }

    @Test
    void whoStoodStillForTooLongFindsItsCallsTakenOverAndBeginsAnew() {
        List<String> accepted =
                Stream.generate(() -> accepted(second, "sleep", "1")).limit(20).toList();

        second.signal("STOP");
        try {
            awaitHeads(first, first.id());
            for (String id : accepted) {
                JsonObject record = first.api().read("/v1/invocations/" + id + "?wait=60s");
                assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
            }
        } finally {
            second.signal("CONT");
        }

        awaitHeads(first, first.id(), second.id());
        Eventually.eventually(
                PATIENCE,
                () -> assertThat(second.logLines())
                        .anyMatch(line -> line.contains("event=head_was_replaced head=" + second.id())));
        Eventually.eventually(PATIENCE, () -> assertThat(nodes(second)).containsExactly(worker.id()));
        String id = accepted(second, "echo", "7");
        assertThat(first.api().read("/v1/invocations/" + id + "?wait=30s").getString("outcome"))
                .isEqualTo("SUCCESS");
        for (String one : accepted) {
            assertThat(second.api().record(one).getString("outcome")).isEqualTo("SUCCESS");
        }
    }
}
