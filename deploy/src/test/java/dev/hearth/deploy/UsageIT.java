package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What functions used, as a real kernel counts it. */
final class UsageIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with("invoker.usage-beat=200ms", "usage.price-gb-second=1");

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String BURN = """
            import time

            def handle(event, context):
                end = time.process_time() + event
                while time.process_time() < end:
                    pass
                return "done"
            """;

    private static JsonObject usage(Api api, String function) {
        return api.read("/v1/usage?function=" + function).getJsonObject("total");
    }

    @Test
    void aSecondOfProcessorTimeIsToldAsOneWithItsGbSeconds() {
        NODE.api().register("burn", "runtime=python3&memory=128MiB", BURN);
        Answer answer = NODE.api().invoke("burn", "1.0");
        assertThat(answer.text()).isEqualTo("done");
        double billed = NODE.api().record(answer.invocation()).getDouble("billedGbSeconds");

        eventually(
                SOON,
                () -> assertThat(usage(NODE.api(), "burn").getDouble("cpuSeconds"))
                        .isBetween(1.0, 2.0));
        JsonObject usage = usage(NODE.api(), "burn");
        assertThat(usage.getLong("invocations")).isEqualTo(1);
        assertThat(usage.getDouble("gbSeconds")).isBetween(billed - 0.00001, billed + 0.00001);
        assertThat(billed).isGreaterThanOrEqualTo(0.125);
        assertThat(usage.getJsonObject("bytes").getLong("in")).isEqualTo(3);
        assertThat(usage.getJsonObject("bytes").getLong("out")).isEqualTo(4);
    }

    @Test
    void processorTimeOfACallThatWasKilledIsCounted() {
        NODE.api().register("endless", "runtime=python3&memory=64MiB&timeout=1s", BURN);
        assertThat(NODE.api().invoke("endless", "1000").code()).isEqualTo("TIMEOUT");

        eventually(
                SOON,
                () -> assertThat(usage(NODE.api(), "endless").getDouble("cpuSeconds"))
                        .isBetween(0.5, 2.0));
        assertThat(usage(NODE.api(), "endless").getLong("failures")).isEqualTo(1);
    }

    @Test
    void idleTimeGrowsAndIsNotBilled() {
        NODE.api().register("idle", "runtime=python3&memory=512MiB", "def handle(event, context):\n    return 1\n");
        NODE.api().invoke("idle");
        eventually(
                SOON,
                () -> assertThat(usage(NODE.api(), "idle").getDouble("idleGbSeconds"))
                        .isGreaterThan(0.2));
        JsonObject before = usage(NODE.api(), "idle");

        eventually(
                SOON,
                () -> assertThat(usage(NODE.api(), "idle").getDouble("idleGbSeconds"))
                        .isGreaterThan(before.getDouble("idleGbSeconds") + 0.2));

        assertThat(usage(NODE.api(), "idle").getDouble("gbSeconds")).isEqualTo(before.getDouble("gbSeconds"));
        assertThat(usage(NODE.api(), "idle").getString("cost")).isEqualTo(before.getString("cost"));
    }

    @Test
    void sumsOutliveAKillButForTheLastSecond() {
        try (NodeProcess node = NodeProcess.start("usage.flush=100ms", "invoker.usage-beat=100ms")) {
            node.api().register("burn", "runtime=python3&memory=128MiB", BURN);
            node.api().invoke("burn", "0.5");
            // An answer is given from what is stored.
            eventually(
                    SOON,
                    () -> assertThat(usage(node.api(), "burn").getDouble("cpuSeconds"))
                            .isGreaterThan(0.5));
            JsonObject stored = usage(node.api(), "burn");

            node.kill();
            node.restart();

            JsonObject found = usage(node.api(), "burn");
            assertThat(found.getLong("invocations")).isEqualTo(1);
            assertThat(found.getDouble("gbSeconds")).isEqualTo(stored.getDouble("gbSeconds"));
            assertThat(found.getDouble("cpuSeconds"))
                    .as("what the adopted container used before is not counted again")
                    .isBetween(stored.getDouble("cpuSeconds"), stored.getDouble("cpuSeconds") + 0.3);
            assertThat(found.getDouble("idleGbSeconds")).isGreaterThanOrEqualTo(stored.getDouble("idleGbSeconds"));
        }
    }
}
