package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.Sources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SIGTERM: everybody who waits is told, calls end, containers at rest stay for the next start. */
final class ShutdownIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB";

    @Test
    void aStopAnswersRunningAndQueuedCallsAndLeavesWarmContainersToTheNextStart() throws Exception {
        try (NodeProcess node = NodeProcess.start(
                "stems.python3=0", "stems.nodejs=0", "invoker.heartbeat=100ms", "invoker.adopt-grace=3m")) {
            node.api().register("warm", SMALL, Sources.SLEEPER);
            node.api().register("busy", SMALL + "&maxContainers=1", Sources.SLEEPER);
            node.api().invoke("warm");
            String idle = Docker.running(node.id()).getFirst();
            CompletableFuture<Answer> running = node.api().invokeLater("busy", Sources.sleep(50_000));
            eventually(
                    PATIENCE,
                    () -> assertThat(node.api()
                                    .node()
                                    .getJsonObject("containers")
                                    .getInteger("busy", 0))
                            .isEqualTo(1));
            CompletableFuture<Answer> queued = node.api().invokeLater("busy", Sources.sleep(0));
            eventually(
                    PATIENCE,
                    () -> assertThat(node.api()
                                    .read("/v1/invocations?state=SCHEDULABLE")
                                    .getJsonArray("invocations"))
                            .hasSize(1));

            int code = node.terminate();

            assertThat(code).as("ended by the signal").isEqualTo(128 + 15);
            Answer broken = running.get(20, TimeUnit.SECONDS);
            assertThat(broken.status()).as("%s", broken).isEqualTo(503);
            assertThat(broken.code()).isEqualTo("SHUTTING_DOWN");
            assertThat(broken.error().getBoolean("retryable")).as("it ran").isFalse();
            Answer turnedAway = queued.get(20, TimeUnit.SECONDS);
            assertThat(turnedAway.code()).isEqualTo("SHUTTING_DOWN");
            assertThat(turnedAway.error().getBoolean("retryable"))
                    .as("it did not run")
                    .isTrue();
            eventually(PATIENCE, () -> assertThat(Docker.running(node.id())).containsExactly(idle));
            assertThat(node.logLines()).noneMatch(line -> line.contains("level=ERROR"));

            node.restart();

            assertThat(node.api().invoke("warm").start()).isEqualTo("warm");
            assertThat(node.api().invoke("busy").start()).isEqualTo("cold");
            assertThat(Docker.all(node.id())).hasSize(2).contains(idle);
        }
    }
}
