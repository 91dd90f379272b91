package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.MovedClock;
import dev.hearth.deploy.rig.NodeProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose wall clock is set while it runs: what is measured goes on, what has a date goes by the new one. */
final class ClockJumpIT {
    private static final String SPEC = "runtime=python3&memory=48MiB&disk=4MiB&timeout=20s&keepAlive=10m";
    private static final String WORK = """
            import time

            def handle(event, context):
                time.sleep(event.get("sleep", 0))
                return event
            """;

    @TempDir
    private static Path folder;

    private static MovedClock clock;
    private static NodeProcess node;

    @BeforeAll
    static void start() {
        clock = new MovedClock(folder);
        node = NodeProcess.startUnder(clock.environment());
        node.api().register("work", SPEC, WORK);
        assertThat(invoke("{}").header("Hearth-Start")).isEqualTo("cold");
    }

    @AfterAll
    static void end() {
        node.close();
    }

    @BeforeEach
    void setRight() {
        clock.move(Duration.ZERO);
    }

    private static Answer invoke(String event) {
        Answer answer = node.api().invoke("work", event);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    private static String submit(String query, String event) {
        Answer answer = node.api()
                .send(node.api()
                        .request("/v1/functions/work/invocations" + query)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(event))
                        .build());
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static JsonObject succeeded(String id) {
        JsonObject record = node.api().read("/v1/invocations/" + id + "?wait=15s");
        assertThat(record.getString("outcome")).as("%s", record).isEqualTo("SUCCESS");
        return record;
    }

    private static String state(String id) {
        return node.api().read("/v1/invocations/" + id).getString("state");
    }

    @Test
    void aClockSetForwardMakesDueWhatIsDueAndCutsNothingShort() {
        String later = submit("?delay=1h", "{\"n\": 1}");
        String muchLater = submit("?delay=9h", "{}");
        String expiring = submit("?delay=1h&expiresAfter=70m", "{}");
        String running = submit("", "{\"sleep\": 6}");
        eventually(Duration.ofSeconds(10), () -> assertThat(state(running)).isEqualTo("RUNNING"));
        assertThat(state(later)).isEqualTo("SCHEDULABLE");
        clock.move(Duration.ofHours(2));
        succeeded(later);
        JsonObject cut = succeeded(running);
        assertThat(cut.getInteger("attempts")).as("%s", cut).isEqualTo(1);
        JsonObject expired = node.api().read("/v1/invocations/" + expiring + "?wait=15s");
        assertThat(expired.getString("outcome")).as("%s", expired).isEqualTo("EXPIRED");
        assertThat(state(muchLater)).isEqualTo("SCHEDULABLE");
        // Idle for two hours by the date, for seconds in truth.
        assertThat(invoke("{}").header("Hearth-Start")).isEqualTo("warm");
        assertThat(node.api().get("/health/ready").status()).isEqualTo(200);
        assertThat(node.logLines()).anyMatch(line -> line.contains("event=clock_jumped"));
    }

    @Test
    void aClockSetBackHoldsNothingUp() {
        clock.move(Duration.ofHours(2));
        String before = submit("", "{}");
        succeeded(before);
        String waiting = submit("?delay=3s", "{}");
        clock.move(Duration.ZERO);
        String after = submit("", "{\"n\": 2}");
        JsonObject record = succeeded(after);
        assertThat(Instant.parse(record.getString("endedAt")))
                .isAfterOrEqualTo(Instant.parse(record.getString("submittedAt")));
        succeeded(submit("?delay=1s", "{}"));
        assertThat(invoke("{}").header("Hearth-Start")).isEqualTo("warm");
        // Ids rise even so, and lists show the last first.
        assertThat(after).isGreaterThan(before);
        // Its date is two hours ahead now; what has been put in order already waits by what was measured.
        succeeded(waiting);
        assertThat(node.api().get("/health/ready").status()).isEqualTo(200);
    }
}
