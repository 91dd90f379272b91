package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.EngineProxy;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.Sources;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that comes late, breaks or stops answering: the node says so, promises nothing, and recovers by itself. */
final class EngineFaultIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB";

    private final EngineProxy engine = new EngineProxy();
    private final NodeProcess node = NodeProcess.launched(
            engine.setting(),
            "docker.timeout=3s",
            "docker.create-timeout=8s",
            "docker.kill-timeout=2s",
            "docker.remove-timeout=4s",
            "invoker.engine-check=200ms",
            "invoker.kill-grace=1s",
            "invoker.heartbeat=100ms",
            "stems.python3=0",
            "stems.nodejs=0");

    private Api api() {
        return node.api();
    }

    @AfterEach
    void close() {
        engine.open();
        node.close();
        engine.close();
    }

    private void ready() {
        engine.open();
        node.awaitReady();
    }

    private String reason() {
        Answer answer = api().get("/health/ready");
        assertThat(answer.status()).as("%s", answer).isEqualTo(503);
        return answer.json().getString("reason");
    }

    private Answer impatient(String function) {
        return api().send(api().request("/v1/functions/" + function + "/invoke?queue=500ms")
                .POST(BodyPublishers.noBody())
                .build());
    }

    private void reservedMiB(long expected) {
        assertThat(api().node().getJsonObject("memory").getLong("used")).isEqualTo(expected << 20);
    }

    @Test
    void anEngineThatComesLateIsWaitedFor() {
        eventually(PATIENCE, () -> assertThat(reason()).contains("the Docker Engine"));
        assertThat(api().get("/health/live").status()).isEqualTo(200);

        engine.open();

        node.awaitReady();
        api().register("late", SMALL, Sources.SLEEPER);
        assertThat(api().invoke("late").status()).isEqualTo(200);
    }

    @Test
    void anEngineThatRestartsIsFoundAgainAndWarmContainersWithIt() {
        ready();
        api().register("warm", SMALL, Sources.SLEEPER);
        api().invoke("warm");
        engine.vanish();
        eventually(PATIENCE, () -> assertThat(reason()).contains("the Docker Engine does not answer"));

        ready();

        assertThat(api().invoke("warm").start()).isEqualTo("warm");
        assertThat(Docker.all(node.id())).hasSize(1);
    }

    @Test
    void noCallIsPlacedWhileTheEngineHangsAndTheyRunWhenItAnswers() {
        ready();
        api().register("warm", SMALL, Sources.SLEEPER);
        api().register("cold", SMALL, Sources.SLEEPER + "# cold");
        api().invoke("warm");
        engine.hang();
        eventually(PATIENCE, () -> assertThat(reason()).contains("the Docker Engine does not answer"));

        Answer refused = impatient("warm");
        CompletableFuture<Answer> patient = api().invokeLater("cold");

        assertThat(refused.status()).as("%s", refused).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("NO_CAPACITY");
        assertThat(refused.error().getBoolean("retryable")).isTrue();
        assertThat(patient).isNotDone();
        ready();
        assertThat(patient.join().status()).as("%s", patient.join()).isEqualTo(200);
        assertThat(api().invoke("warm").start()).isEqualTo("warm");
        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).hasSize(2));
    }

    @Test
    void aTimeoutIsProvenByTheBridgeWhileTheEngineHangs() {
        ready();
        api().register("slow", SMALL + "&timeout=2s", Sources.SLEEPER);
        api().invoke("slow");
        engine.hang();
        CompletableFuture<Answer> call = api().invokeLater("slow", Sources.sleep(50_000));

        Answer answer = call.join();

        assertThat(answer.status()).as("%s", answer).isEqualTo(504);
        assertThat(answer.error().getString("ran")).isEqualTo("yes");
        assertThat(answer.error().getString("message")).contains("was killed").doesNotContain("not proven");
        eventually(PATIENCE, () -> assertThat(Docker.running(node.id())).isEmpty());
        reservedMiB(32);
        ready();
        eventually(PATIENCE, () -> reservedMiB(0));
        assertThat(Docker.all(node.id())).isEmpty();
        assertThat(api().invoke("slow").start()).isEqualTo("cold");
    }

    @Test
    void aTimeoutThatNobodyProvesSaysSoAndKeepsWhatTheContainerHolds() {
        ready();
        api().register("slow", SMALL + "&timeout=3s", Sources.SLEEPER);
        api().invoke("slow");
        String container = Docker.running(node.id()).getFirst();
        List<String> pid = Docker.lines("docker", "inspect", "-f", "{{.State.Pid}}", container);
        CompletableFuture<Answer> call = api().invokeLater("slow", Sources.sleep(50_000));
        eventually(
                PATIENCE,
                () -> assertThat(api().node().getJsonObject("containers").getInteger("busy", 0))
                        .isEqualTo(1));
        Docker.lines("kill", "-STOP", pid.getFirst());
        engine.hang();

        Answer answer = call.join();

        assertThat(answer.status()).as("%s", answer).isEqualTo(504);
        assertThat(answer.error().getString("ran")).isEqualTo("unknown");
        assertThat(answer.error().getString("message")).contains("not proven");
        eventually(PATIENCE, () -> assertThat(reason()).contains("the death of a killed container is not proven"));
        reservedMiB(32);
        assertThat(Docker.running(node.id())).containsExactly(container);
        assertThat(impatient("slow").code()).isEqualTo("NO_CAPACITY");

        ready();

        eventually(PATIENCE, () -> reservedMiB(0));
        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).isEmpty());
        assertThat(api().invoke("slow").start()).isEqualTo("cold");
    }

    @Test
    void aContainerThatWasMadeWhileNobodyHeardOfItIsNotLeftBehind() {
        ready();
        api().register("cold", SMALL, Sources.SLEEPER);
        engine.muteFrom("/containers/create");
        CompletableFuture<Answer> call = api().invokeLater("cold");
        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).hasSize(1));
        List<String> unheard = Docker.all(node.id());
        eventually(PATIENCE, () -> assertThat(node.logLines()).anyMatch(line -> line.contains("event=start_failed")));

        ready();

        // Whether the call was tried again is the pool's affair; it must end, and its first container be gone.
        assertThat(call.join().status()).as("%s", call.join()).isIn(200, 503);
        assertThat(api().invoke("cold").status()).isEqualTo(200);
        eventually(PATIENCE, () -> {
            assertThat(Docker.all(node.id())).hasSize(1).doesNotContainAnyElementsOf(unheard);
            reservedMiB(32);
        });
    }

    @Test
    void aContainerThatWasMadeForANodeThatDiedMeanwhileIsRemovedByItsNextLife() {
        ready();
        api().register("cold", SMALL, Sources.SLEEPER);
        engine.muteFrom("/containers/create");
        CompletableFuture<Answer> call = api().invokeLater("cold");
        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).hasSize(1));

        node.kill();
        assertThat(call).failsWithin(PATIENCE);
        engine.open();
        node.restart();

        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).isEmpty());
        reservedMiB(0);
    }

    @Test
    void aContainerWithTheNodesLabelThatItDoesNotKnowIsRemovedWhileItRuns() {
        ready();
        api().register("warm", SMALL, Sources.SLEEPER);
        api().invoke("warm");
        List<String> known = Docker.all(node.id());

        Docker.lines(
                "docker",
                "create",
                "--label=hearth.node=" + node.id(),
                "--name=hearth-" + node.id() + "-late-1",
                Images.of("python3"));

        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).isEqualTo(known));
        assertThat(api().invoke("warm").start()).isEqualTo("warm");
    }
}
