package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.SmallDisk;
import dev.hearth.deploy.rig.Sources;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A data folder without a byte of room: what needs none goes on, what needs some says so, and nobody has to restart. */
final class FullDiskIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SMALL = "runtime=python3&memory=32MiB&disk=1MiB";

    private final SmallDisk disk = new SmallDisk(24);
    private final NodeProcess node = NodeProcess.launched(
            "data=" + disk.folder().resolve("d"),
            "invoker.disk=2GiB",
            "invoker.disk-free=1MiB",
            "invoker.heartbeat=100ms",
            "stems.python3=0",
            "stems.nodejs=0");

    @AfterEach
    void close() {
        node.close();
        disk.close();
    }

    private Answer put(String name) {
        return node.api().put(name, SMALL, "text/plain", Sources.SLEEPER.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> folders() throws IOException {
        try (Stream<java.nio.file.Path> all = Files.list(disk.folder().resolve("d/c"))) {
            return all.map(String::valueOf).toList();
        }
    }

    @Test
    void callsOfWarmFunctionsGoOnAndAllElseSaysWhyAndRecovers() {
        node.awaitReady();
        node.api().register("warm", SMALL, Sources.SLEEPER);
        node.api().register("cached", SMALL + "&keepAlive=0s", Sources.SLEEPER + "# cached");
        node.api().register("not-fetched", SMALL, Sources.SLEEPER + "# not fetched");
        Answer first = node.api().invoke("warm");
        assertThat(first.status()).as("%s", first).isEqualTo(200);
        assertThat(node.api().invoke("cached").status()).isEqualTo(200);
        eventually(PATIENCE, () -> assertThat(Docker.all(node.id())).hasSize(1));

        disk.fill();

        Answer refused = put("new");
        assertThat(refused.status()).as("%s", refused).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("STORE_UNAVAILABLE");
        assertThat(refused.error().getString("message")).contains("no room is left on the disk");
        assertThat(refused.error().getBoolean("retryable")).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(node.api().invoke("warm").start()).isEqualTo("warm");
        }
        for (String function : List.of("cached", "not-fetched")) {
            Answer cold = node.api().invoke(function);
            assertThat(cold.status()).as("%s", cold).isEqualTo(503);
            assertThat(cold.code()).isEqualTo("NO_CAPACITY");
            assertThat(cold.error().getString("message")).contains("No space left on device");
            assertThat(cold.error().getBoolean("retryable")).isTrue();
        }

        disk.free();

        eventually(PATIENCE, () -> {
            Answer now = node.api().invoke("not-fetched");
            assertThat(now.status()).as("%s", now).isEqualTo(200);
        });
        assertThat(node.api().invoke("cached").status()).isEqualTo(200);
        assertThat(put("new").status()).isEqualTo(201);
        assertThat(node.api().invoke("new").status()).isEqualTo(200);
        assertThat(node.api().invoke("warm").start()).isEqualTo("warm");
        eventually(PATIENCE, () -> {
            assertThat(Docker.all(node.id())).hasSize(3);
            assertThat(folders()).hasSize(3);
            assertThat(node.api().node().getJsonObject("memory").getLong("used"))
                    .isEqualTo(3 * (32L << 20));
        });
        assertThat(node.logLines()).noneMatch(line -> line.contains("level=ERROR"));
    }

    private Answer submit(String event) {
        return node.api()
                .send(node.api()
                        .request("/v1/functions/warm/invocations?retries=0")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(event))
                        .build());
    }

    /** The log that is written ahead may have room for some more small ones. */
    private Answer submitUntilRefused() {
        String large = "{\"sleep\": 0, \"more\": \"" + "x".repeat(60_000) + "\"}";
        Answer answer = submit(large);
        for (int i = 0; i < 400 && answer.status() == 202; i++) {
            answer = submit(large);
        }
        return answer;
    }

    @Test
    void asynchronousCallsAreRefusedAndThoseThatRanAreWrittenDownLater() {
        node.awaitReady();
        node.api().register("warm", SMALL, Sources.SLEEPER);
        assertThat(node.api().invoke("warm").status()).isEqualTo(200);
        String running = submit(Sources.sleep(3_000)).json().getString("id");
        eventually(
                PATIENCE,
                () -> assertThat(node.api().record(running).getString("state")).isEqualTo("RUNNING"));

        disk.fill();

        Answer refused = submitUntilRefused();
        assertThat(refused.status()).as("%s", refused).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("STORE_UNAVAILABLE");
        assertThat(refused.error().getString("message")).contains("no room is left on the disk");
        assertThat(refused.error().getBoolean("retryable")).isTrue();

        disk.free();

        eventually(
                PATIENCE,
                () -> assertThat(node.api().record(running).getString("outcome"))
                        .isEqualTo("SUCCESS"));
        eventually(PATIENCE, () -> assertThat(submit(Sources.sleep(1)).status()).isEqualTo(202));
    }
}
