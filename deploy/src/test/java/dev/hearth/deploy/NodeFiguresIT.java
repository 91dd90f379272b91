package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node says it has: exact, taken while it is used, given back afterwards, and the measure of what is admitted. */
final class NodeFiguresIT {
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.memory=512MiB",
            "invoker.scratch=128MiB",
            "invoker.disk=8GiB",
            "invoker.slots=6",
            "invoker.heartbeat=100ms",
            "stems.python3=0",
            "stems.nodejs=0");

    private static JsonObject gauge(long capacity, long used) {
        return new JsonObject().put("capacity", capacity).put("used", used).put("free", capacity - used);
    }

    private static void figuresAre(int slots, long memoryMiB, long scratchMiB) {
        JsonObject node = NODE.api().node();
        assertThat(node.getJsonObject("slots").encode())
                .isEqualTo(gauge(6, slots).encode());
        assertThat(node.getJsonObject("memory").encode())
                .isEqualTo(gauge(512 * MIB, memoryMiB * MIB).encode());
        assertThat(node.getJsonObject("scratch").encode())
                .isEqualTo(gauge(128 * MIB, scratchMiB * MIB).encode());
        assertThat(node.getInteger("idleCores")).isEqualTo(Math.max(0, node.getInteger("cores") - slots));
    }

    @Test
    void areExactWhileCallsRunAndBackAtTheirStartWhenAllIsOver() {
        JsonObject node = NODE.api().node();
        assertThat(node.getString("id")).isEqualTo(NODE.id());
        assertThat(node.getBoolean("ready")).isTrue();
        assertThat(node.getInteger("cores")).isEqualTo(Runtime.getRuntime().availableProcessors());
        JsonObject disk = node.getJsonObject("disk");
        assertThat(disk.getLong("capacity")).isEqualTo(8L << 30);
        assertThat(disk.getLong("free")).isEqualTo(disk.getLong("capacity") - disk.getLong("used"));
        figuresAre(0, 0, 0);

        NODE.api().register("sleeper", "runtime=python3&memory=48MiB&disk=3MiB&keepAlive=4s", Sources.SLEEPER);
        CompletableFuture<Answer> one = NODE.api().invokeLater("sleeper", Sources.sleep(4_000));
        CompletableFuture<Answer> two = NODE.api().invokeLater("sleeper", Sources.sleep(4_000));

        eventually(PATIENCE, () -> figuresAre(2, 96, 6));
        assertThat(one.join().status()).isEqualTo(200);
        assertThat(two.join().status()).isEqualTo(200);
        eventually(PATIENCE, () -> figuresAre(0, 96, 6));
        eventually(PATIENCE, () -> figuresAre(0, 0, 0));
        eventually(PATIENCE, () -> assertThat(NODE.containers()).isEmpty());
        assertThat(NODE.api().containers(NODE.id())).isEmpty();
    }

    @Test
    void refuseWhatNoNodeCouldEverRunWithTheNumbersCompared() {
        byte[] code = Sources.SLEEPER.getBytes(java.nio.charset.StandardCharsets.UTF_8);

        Answer memory = NODE.api().put("too-big", "runtime=python3&memory=513MiB", "text/plain", code);
        Answer disk = NODE.api().put("too-wide", "runtime=python3&disk=129MiB", "text/plain", code);

        assertThat(memory.status()).as("%s", memory).isEqualTo(422);
        assertThat(memory.code()).isEqualTo("NOT_ALLOWED");
        assertThat(memory.error().getString("message")).contains("513MiB").contains("512MiB");
        assertThat(disk.code()).isEqualTo("NOT_ALLOWED");
        assertThat(disk.error().getString("message")).contains("129MiB").contains("128MiB");
        assertThat(NODE.api().get("/v1/functions/too-big").status()).isEqualTo(404);
        NODE.api().register("just-fits", "runtime=python3&memory=512MiB&disk=128MiB", Sources.SLEEPER);
        assertThat(NODE.api().invoke("just-fits").status()).isEqualTo(200);
        NODE.api().delete("/v1/functions/just-fits");
        eventually(PATIENCE, () -> figuresAre(0, 0, 0));
    }

    @Test
    void areNoNewsToAFunctionThatIsReadBackAsItWasRegistered() {
        String spec = "runtime=python3&handler=handle&timeout=1500ms&init=7s&memory=33MiB&disk=5MiB&ingress=1KiB"
                + "&egress=2KiB&cpus=0.5&pids=20&maxContainers=3&keepAlive=90s&minWarm=0&env.A=1&env.B=two%20words"
                + "&labels.team=blue";
        NODE.api().register("exact", spec, Sources.SLEEPER);

        JsonObject read = NODE.api().read("/v1/functions/exact");

        assertThat(read.getString("name")).isEqualTo("exact");
        assertThat(read.getString("namespace")).isEqualTo("default");
        assertThat(read.getString("state")).isEqualTo("READY");
        assertThat(read.getString("runtime")).isEqualTo("python3");
        assertThat(read.getString("handler")).isEqualTo("handle");
        assertThat(read.getString("keepAlive")).isEqualTo("90s");
        assertThat(read.getJsonObject("env"))
                .isEqualTo(new JsonObject().put("A", "1").put("B", "two words"));
        assertThat(read.getJsonObject("labels")).isEqualTo(new JsonObject().put("team", "blue"));
        assertThat(read.getJsonObject("code").getInteger("size")).isEqualTo(Sources.SLEEPER.length());
        assertThat(read.getJsonObject("limits"))
                .isEqualTo(new JsonObject()
                        .put("timeout", "1500ms")
                        .put("init", "7s")
                        .put("memory", "33MiB")
                        .put("disk", "5MiB")
                        .put("ingress", "1KiB")
                        .put("egress", "2KiB")
                        .put("cpus", 0.5)
                        .put("pids", 20)
                        .put("concurrency", 1)
                        .put("maxContainers", 3)
                        .putNull("gpus"));
    }

    @Test
    void showTheImagesWithTheNodesThatHaveThem() {
        List<String> onTheNode = NODE.api().node().getJsonArray("images").stream()
                .map(Object::toString)
                .filter(reference -> !reference.contains("@"))
                .toList();
        List<JsonObject> images = NODE.api().read("/v1/images").getJsonArray("images").stream()
                .map(JsonObject.class::cast)
                .toList();
        assertThat(onTheNode).isNotEmpty();
        assertThat(images)
                .filteredOn(image -> onTheNode.contains(image.getString("reference")))
                .hasSize(onTheNode.size())
                .allSatisfy(image -> {
                    assertThat(image.getString("id")).startsWith("sha256:");
                    assertThat(image.getLong("size")).isPositive();
                    assertThat(image.getJsonArray("nodes")).containsExactly(NODE.id());
                });
    }
}
