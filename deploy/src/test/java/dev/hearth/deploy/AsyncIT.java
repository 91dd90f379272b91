package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls that nobody waits for: accepted, awaited, cancelled, tried again, told of. */
final class AsyncIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SPEC = "runtime=python3&memory=48MiB&disk=4MiB&timeout=30s";
    private static final String WORK = """
            import time

            def handle(event, context):
                print("event", event)
                time.sleep(event.get("sleep", 0))
                if event.get("fail"):
                    raise ValueError("no luck")
                if event.get("large"):
                    return b"x" * event["large"]
                return event
            """;

    private static NodeProcess node;

    @BeforeAll
    static void start() {
        node = NodeProcess.start("stems.python3=1", "stems.nodejs=0", "stems.memory=48MiB", "stems.disk=4MiB");
        node.api().register("work", SPEC, WORK);
        node.api().register("ends", SPEC, WORK);
    }

    @AfterAll
    static void end() {
        node.close();
    }

    private static HttpRequest.Builder request(String function, String query, String event) {
        return node.api()
                .request("/v1/functions/" + function + "/invocations" + query)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event));
    }

    private static Answer submit(String query, String event) {
        return node.api().send(request("work", query, event).build());
    }

    private static String accepted(String query, String event) {
        Answer answer = submit(query, event);
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        String id = answer.json().getString("id");
        assertThat(answer.header("Location")).isEqualTo("/v1/invocations/" + id);
        return id;
    }

    private static JsonObject ended(String id) {
        JsonObject record = node.api().read("/v1/invocations/" + id + "?wait=60s");
        assertThat(record.getString("state")).as("%s", record).isEqualTo("DONE");
        return record;
    }

    private static JsonObject wait(String document) {
        Answer answer = node.api()
                .send(node.api()
                        .request("/v1/invocations/wait")
                        .POST(BodyPublishers.ofString(document))
                        .build());
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json();
    }

    private static String list(String... ids) {
        return new JsonArray(List.of(ids)).encode();
    }

    @Test
    void runsAfterItsAcceptanceAndKeepsOutputRecordAndLog() {
        String id = accepted("", "{\"n\": 1}");
        JsonObject record = ended(id);
        assertThat(record.getString("outcome")).isEqualTo("SUCCESS");
        assertThat(record.getValue("cause")).isNull();
        assertThat(Instant.parse(record.getString("endedAt")))
                .isAfterOrEqualTo(Instant.parse(record.getString("startedAt")));
        assertThat(record.getJsonArray("history")).hasSize(1);
        Answer output = node.api().get("/v1/invocations/" + id + "/output");
        assertThat(output.json()).isEqualTo(new JsonObject().put("n", 1));
        assertThat(output.header("Content-Type")).startsWith("application/json");
        assertThat(node.api().log(id)).containsExactly("event {'n': 1}");
    }

    @Test
    void saysThatThereIsNoOutputYetAndWhyThereIsNone() {
        String running = accepted("", "{\"sleep\": 20}");
        Answer early = node.api().get("/v1/invocations/" + running + "/output");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.error().getString("message")).contains("no output yet", "?wait=");
        node.api().delete("/v1/invocations/" + running);
        String failed = accepted("?retries=0", "{\"fail\": true}");
        Answer none = node.api().get("/v1/invocations/" + failed + "/output?wait=60s");
        assertThat(none.status()).isEqualTo(502);
        assertThat(none.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(none.error().getString("type")).isEqualTo("ValueError");
    }

    @Test
    void keepsALargeOutputWhole() {
        String id = accepted("", "{\"large\": 3000001}");
        ended(id);
        Answer output = node.api().get("/v1/invocations/" + id + "/output");
        assertThat(output.body().length()).isEqualTo(3_000_001);
    }

    @Test
    void waitsForOneAnyAndAllOrTellsThatTheTimeIsOver() {
        String slow = accepted("", "{\"sleep\": 20}");
        String quick = accepted("", "{}");
        JsonObject any = wait("{\"ids\": " + list(slow, quick) + ", \"for\": \"any\"}");
        assertThat(any.getJsonArray("done").getJsonObject(0).getString("id")).isEqualTo(quick);
        assertThat(any.getJsonArray("pending")).containsExactly(slow);
        JsonObject late = wait("{\"ids\": " + list(slow, quick) + ", \"for\": \"all\", \"timeout\": \"300ms\"}");
        assertThat(late.getBoolean("timedOut")).isTrue();
        JsonObject none = wait("{\"ids\": []}");
        assertThat(none).isEqualTo(new JsonObject("{\"done\": [], \"pending\": [], \"timedOut\": false}"));
        CompletableFuture<JsonObject> all = CompletableFuture.supplyAsync(
                () -> wait("{\"ids\": " + list(slow, quick) + ", \"for\": \"all\", \"timeout\": \"60s\"}"));
        node.api().delete("/v1/invocations/" + slow);
        assertThat(all.join().getJsonArray("done")).hasSize(2);
    }

    @Test
    void wakesAThousandWhoWaitForTheSameEnd() {
        String id = accepted("", "{\"sleep\": 3}");
        HttpRequest poll = node.api()
                .request("/v1/invocations/" + id + "?wait=60s")
                .header("Accept", "text/plain")
                .build();
        List<CompletableFuture<Answer>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(node.api().sendLater(poll));
        }
        assertThat(waiting)
                .allSatisfy(one -> assertThat(one)
                        .succeedsWithin(PATIENCE)
                        .satisfies(answer -> assertThat(answer.text()).contains("DONE SUCCESS")));
    }

    @Test
    void tellsEndsAsServerSentEvents() {
        String first = accepted("", "{}");
        String second = accepted("?retries=0", "{\"fail\": true}");
        Answer events = node.api().get("/v1/invocations/events?ids=" + first + "," + second);
        assertThat(events.header("Content-Type")).startsWith("text/event-stream");
        assertThat(events.text())
                .contains("event: done\nid: " + first + "\n", "event: done\nid: " + second + "\n")
                .endsWith("event: end\ndata: {\"pending\":[]}\n\n");
    }

    @Test
    void cancelsWhatWaitsAndWhatRunsAndTwiceIsOnce() {
        String running = accepted("", "{\"sleep\": 25}");
        eventually(
                PATIENCE,
                () -> assertThat(node.api().record(running).getString("startedAt"))
                        .isNotNull());
        String waiting = accepted("?delay=1h", "{}");
        List<String> before = Docker.running(node.id());
        for (String id : List.of(running, waiting)) {
            Answer cancelled = node.api().delete("/v1/invocations/" + id);
            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.json().getString("outcome")).isEqualTo("CANCELLED");
            assertThat(node.api().delete("/v1/invocations/" + id).json().getString("outcome"))
                    .isEqualTo("CANCELLED");
        }
        eventually(
                PATIENCE,
                () -> assertThat(Docker.running(node.id()))
                        .as("its container is gone")
                        .isNotEqualTo(before));
    }

    @Test
    void becomesADeadLetterThatCanBeCalledAgainOrThrownAway() {
        String id = accepted("?retries=1&backoff=10ms", "{\"fail\": true, \"dead\": 1}");
        JsonObject record = ended(id);
        assertThat(record.getInteger("attempts")).isEqualTo(2);
        assertThat(record.getJsonArray("history")).hasSize(2);
        assertThat(record.getBoolean("deadLetter")).isTrue();
        assertThat(deadLetters()).contains(id);
        Answer redriven = node.api()
                .send(node.api()
                        .request("/v1/dead-letters/" + id + "/redrive")
                        .POST(BodyPublishers.noBody())
                        .build());
        assertThat(redriven.status()).isEqualTo(202);
        String again = redriven.json().getJsonArray("invocations").getString(0);
        JsonObject second = ended(again);
        assertThat(second.getString("parent")).isEqualTo(id);
        assertThat(deadLetters()).contains(again).doesNotContain(id);
        assertThat(node.api().delete("/v1/dead-letters/" + again).json().getInteger("purged"))
                .isOne();
        assertThat(node.api().delete("/v1/dead-letters/" + again).status()).isEqualTo(404);
    }

    private static List<String> deadLetters() {
        return node.api().read("/v1/dead-letters").getJsonArray("deadLetters").stream()
                .map(each -> ((JsonObject) each).getString("id"))
                .toList();
    }

    @Test
    void callsTheFunctionThatIsToBeToldOfItsEnd() {
        String id = accepted("?retries=0&onFailure=function:ends", "{\"fail\": true}");
        ended(id);
        eventually(PATIENCE, () -> {
            JsonObject told = node.api().record(id).getJsonArray("deliveries").getJsonObject(0);
            assertThat(told.getString("state")).isEqualTo("DELIVERED");
        });
        eventually(PATIENCE, () -> {
            JsonObject call = node.api()
                    .read("/v1/invocations?function=ends&state=DONE")
                    .getJsonArray("invocations")
                    .getJsonObject(0);
            assertThat(call.getString("parent")).isEqualTo(id);
            assertThat(String.join("\n", node.api().log(call.getString("id")))).contains(id, "FUNCTION_ERROR");
        });
    }

    @Test
    void makesOneInvocationOfAKeyAndRefusesAnotherCallWithIt() {
        HttpRequest first =
                request("work", "", "{}").header("Idempotency-Key", "order-17").build();
        String id = node.api().send(first).json().getString("id");
        Answer again = node.api().send(first);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().getString("id")).isEqualTo(id);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        Answer other = node.api()
                .send(request("work", "", "{\"n\": 2}")
                        .header("Idempotency-Key", "order-17")
                        .build());
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.error().getString("message")).contains(id);
    }

    @Test
    void refusesWhatIsWrongBeforeItIsAccepted() {
        refused("?retries=many", "retries is 'many', must be 0 to 100");
        refused("?delay=1s&notBefore=2030-01-01T00:00:00Z", "exclude each other");
        refused("?notBefore=tomorrow", "notBefore must be a date such as");
        refused("?timeout=10m", "limits.timeout");
        refused("?expiresAfter=1s&delay=2s", "expiresAfter is over before");
        refused("?onSuccess=ftp://somewhere", "function:NAME");
        refused("?onFailure=http://127.0.0.1:9/", "127.0.0.1");
        refused("?dely=1s", "unknown query parameter 'dely'");
        Answer unknown = node.api().send(request("nobody", "", "{}").build());
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("FUNCTION_NOT_FOUND");
        Answer missing = node.api().get("/v1/invocations/00000000000000000000000000?wait=1s");
        assertThat(missing.status()).isEqualTo(404);
    }

    private static void refused(String query, String sentence) {
        Answer answer = submit(query, "{}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.error().getString("message")).contains(sentence);
    }

    @Test
    void endsAnAttemptAtItsOwnTimeoutAndAnExpiredOneNever() {
        JsonObject late = ended(accepted("?timeout=500ms&retries=0", "{\"sleep\": 10}"));
        assertThat(late.getString("outcome")).isEqualTo("TIMEOUT");
        JsonObject expired = ended(accepted("?retries=50&backoff=2s&expiresAfter=1s", "{\"fail\": true}"));
        assertThat(expired.getString("outcome")).isEqualTo("EXPIRED");
        assertThat(expired.getJsonObject("cause").getString("message")).contains("FUNCTION_ERROR");
    }
}
