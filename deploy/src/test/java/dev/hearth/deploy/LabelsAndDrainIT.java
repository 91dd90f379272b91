package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Labels that functions require of a node, and a node that gets no new calls. */
final class LabelsAndDrainIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SMALL = "runtime=python3&memory=48MiB&disk=3MiB";

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.labels=zone=a,disk=fast", "invoker.heartbeat=100ms", "stems.python3=0", "stems.nodejs=0");

    private static Answer invoke(String name, String query) {
        return NODE.api()
                .send(NODE.api()
                        .request("/v1/functions/" + name + "/invoke" + query)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Sources.sleep(1)))
                        .build());
    }

    private static Answer drain(boolean drained) {
        var request = NODE.api().request("/v1/nodes/" + NODE.id() + "/drain");
        return NODE.api().send((drained ? request.POST(BodyPublishers.noBody()) : request.DELETE()).build());
    }

    @Test
    void aNodeShowsItsLabelsAndGraphicsProcessors() {
        JsonObject node = NODE.api().node();
        assertThat(node.getJsonObject("labels"))
                .isEqualTo(new JsonObject().put("disk", "fast").put("zone", "a"));
        assertThat(node.getJsonObject("gpus"))
                .isEqualTo(new JsonObject().put("capacity", 0).put("used", 0).put("free", 0));
        assertThat(node.getBoolean("drained")).isFalse();
        Answer table = NODE.api()
                .send(NODE.api()
                        .request("/v1/nodes")
                        .header("Accept", "text/plain")
                        .GET()
                        .build());
        assertThat(table.text()).contains("LABELS").contains("disk=fast,zone=a");
    }

    @Test
    void aFunctionRunsWhereItsRequirementsAreMet() {
        NODE.api().register("met", SMALL + "&requires.zone=a", Sources.SLEEPER);
        assertThat(NODE.api().read("/v1/functions/met").getJsonObject("requires"))
                .isEqualTo(new JsonObject().put("zone", "a"));
        Answer answer = invoke("met", "");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    @Test
    void aFunctionWhoseRequirementsNoNodeMeetsIsRegisteredAndItsCallsSayWhatIsMissing() {
        NODE.api().register("unmet", SMALL + "&requires.zone=a&requires.gpu=true", Sources.SLEEPER);
        Answer answer = invoke("unmet", "?queue=300ms");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("NO_CAPACITY");
        assertThat(answer.error().getString("message"))
                .contains("within 300 ms in the queue")
                .contains("no node has the label gpu=true");
        assertThat(NODE.api().record(answer.invocation()).getString("why")).contains("no node has the label gpu=true");
    }

    @Test
    void whatIsTooLargeForTheNodesWithTheLabelsIsRefusedWithTheNumbers() {
        byte[] code = Sources.SLEEPER.getBytes(StandardCharsets.UTF_8);
        Answer gpus = NODE.api().put("gpus", SMALL + "&gpus=1&requires.zone=a", "text/plain", code);
        assertThat(gpus.status()).isEqualTo(422);
        assertThat(gpus.error().getString("message"))
                .isEqualTo("limits.gpus is 1, the largest node with zone=a has 0 for functions (invoker.gpus)");
        Answer memory = NODE.api().put("large", "runtime=python3&memory=4TiB&requires.zone=a", "text/plain", code);
        assertThat(memory.error().getString("message"))
                .startsWith("limits.memory is 4TiB, the largest node with zone=a has ");
        NODE.api().register("later", "runtime=python3&memory=4TiB&requires.zone=b", Sources.SLEEPER);
    }

    @Test
    void aDrainedNodeEndsWhatItHasAndGetsNothingNewEvenAfterARestart() {
        NODE.api().register("drainable", SMALL, Sources.SLEEPER);
        CompletableFuture<Answer> running = NODE.api().invokeLater("drainable", Sources.sleep(3_000));
        eventually(
                PATIENCE,
                () -> assertThat(NODE.api().node().getJsonObject("slots").getInteger("used"))
                        .isEqualTo(1));

        Answer drained = drain(true);
        assertThat(drained.status()).isEqualTo(200);
        assertThat(drained.json().getInteger("running")).isEqualTo(1);
        assertThat(NODE.api().node().getBoolean("drained")).isTrue();
        assertThat(NODE.api().get("/health/ready").status()).isEqualTo(503);
        assertThat(NODE.api().get("/health/ready").text()).contains("drained");
        Answer refused = invoke("drainable", "?queue=200ms");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.error().getString("message")).contains("no node takes calls now");
        assertThat(running.join().status()).isEqualTo(200);

        NODE.process().kill();
        NODE.process().startAgain();
        eventually(
                PATIENCE,
                () -> assertThat(NODE.api().node().getBoolean("ready")).isTrue());
        assertThat(NODE.api().node().getBoolean("drained")).isTrue();
        assertThat(invoke("drainable", "?queue=200ms").code()).isEqualTo("NO_CAPACITY");
        assertThat(drain(false).json().getBoolean("drained")).isFalse();
        assertThat(NODE.api().node().getBoolean("drained")).isFalse();
        assertThat(invoke("drainable", "").status()).isEqualTo(200);
    }

    @Test
    void aNodeThatIsNotThereCannotBeDrained() {
        Answer answer = NODE.api()
                .send(NODE.api()
                        .request("/v1/nodes/elsewhere/drain")
                        .POST(BodyPublishers.noBody())
                        .build());
        assertThat(answer.status()).isEqualTo(404);
        assertThat(NODE.api().delete("/v1/nodes/elsewhere/drain").status()).isEqualTo(404);
    }
}
