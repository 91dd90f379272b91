package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.OwnEngine;
import dev.hearth.deploy.rig.Sources;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real engine that dies, stops and comes back under a node: calls end, readiness tells, and nobody has to help. */
final class EngineRestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB";
    private static final OwnEngine ENGINE = new OwnEngine();

    private final NodeProcess node = NodeProcess.launched(
            ENGINE.setting(),
            "docker.timeout=5s",
            "invoker.engine-check=200ms",
            "invoker.heartbeat=100ms",
            "stems.python3=0",
            "stems.nodejs=0");

    enum End {
        KILLED,
        STOPPED
    }

    @BeforeAll
    static void startEngine() {
        ENGINE.start();
        ENGINE.load(Images.of("python3") + ":latest");
    }

    @AfterAll
    static void removeEngine() {
        ENGINE.close();
    }

    @AfterEach
    void closeNode() {
        node.close();
        List<String> left = ENGINE.all(node.id());
        left.forEach(container -> ENGINE.docker("rm", "-f", container));
    }

    private String reason() {
        Answer answer = node.api().get("/health/ready");
        assertThat(answer.status()).as("%s", answer).isEqualTo(503);
        return answer.json().getString("reason");
    }

    private void reservedMiB(long expected) {
        assertThat(node.api().node().getJsonObject("memory").getLong("used")).isEqualTo(expected << 20);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void callsEndAndTheNextAreServedWhenTheEngineComesBack(End end) {
        node.awaitReady();
        node.api().register("idle", SMALL, Sources.SLEEPER);
        node.api().register("busy", SMALL, Sources.SLEEPER + "# busy");
        assertThat(node.api().invoke("idle").status()).isEqualTo(200);
        CompletableFuture<Answer> running = node.api().invokeLater("busy", Sources.sleep(50_000));
        // The one beside it rests: what the head was told last may be older than this call.
        eventually(PATIENCE, () -> {
            JsonObject containers = node.api().node().getJsonObject("containers");
            assertThat(containers.getInteger("busy", 0)).isEqualTo(1);
            assertThat(containers.getInteger("idle", 0)).isEqualTo(1);
        });

        switch (end) {
            case KILLED -> ENGINE.kill();
            case STOPPED -> ENGINE.stop();
        }
        eventually(PATIENCE, () -> assertThat(reason()).contains("the Docker Engine does not answer"));
        ENGINE.start();

        Answer cut = running.join();
        assertThat(cut.status()).as("%s", cut).isIn(502, 503);
        assertThat(cut.code()).isIn("FUNCTION_CRASHED", "NODE_LOST");
        node.awaitReady();
        for (String function : List.of("idle", "busy")) {
            Answer next = node.api().invoke(function);
            assertThat(next.status()).as("%s", next).isEqualTo(200);
        }
        eventually(PATIENCE, () -> {
            assertThat(ENGINE.all(node.id())).as("no orphan, no double").hasSize(2);
            assertThat(ENGINE.running(node.id())).hasSize(2);
            reservedMiB(64);
        });
        assertThat(node.logLines()).noneMatch(line -> line.contains("level=ERROR"));
    }

    @Test
    void aNodeThatBootsBeforeItsEngineWaitsForIt() {
        ENGINE.stop();
        node.kill();
        node.startAgain();
        eventually(PATIENCE, () -> assertThat(reason()).contains("the Docker Engine"));
        assertThat(node.api().get("/health/live").status()).isEqualTo(200);

        ENGINE.start();

        node.awaitReady();
        node.api().register("late", SMALL, Sources.SLEEPER);
        Answer first = node.api().invoke("late");
        assertThat(first.status()).as("%s", first).isEqualTo(200);
    }

    @Test
    void whatWasLeftBehindWhenBothDiedIsAdoptedOrRemoved() {
        node.awaitReady();
        node.api().register("idle", SMALL, Sources.SLEEPER);
        node.api().invoke("idle");

        node.kill();
        ENGINE.kill();
        ENGINE.start();
        node.restart();

        Answer next = node.api().invoke("idle");
        assertThat(next.status()).as("%s", next).isEqualTo(200);
        eventually(PATIENCE, () -> assertThat(ENGINE.all(node.id())).hasSize(1));
        reservedMiB(32);
    }
}
