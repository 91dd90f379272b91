package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.Sources;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node's death and its long life leave behind: nothing, and as much as possible warm. */
final class RestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LANES = 4;
    private static final String SMALL = "runtime=python3&memory=24MiB&disk=1MiB";

    private static List<Answer> all(IntStream numbers, NodeProcess node, String prefix) {
        List<CompletableFuture<Answer>> calls =
                numbers.mapToObj(i -> node.api().invokeLater(prefix + i)).toList();
        return calls.stream().map(CompletableFuture::join).toList();
    }

    private static long entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void aNodeThatWasKilledFindsItsFunctionsAndItsIdleContainersAgain() {
        killedWithIdleContainers(12);
    }

    @Test
    @Tag("long")
    void aNodeThatWasKilledFindsFiftyIdleContainersAgain() {
        killedWithIdleContainers(50);
    }

    private static void killedWithIdleContainers(int functions) {
        try (NodeProcess node = NodeProcess.start(
                "stems.python3=0", "stems.nodejs=0", "invoker.heartbeat=100ms", "invoker.adopt-grace=5m")) {
            for (int i = 0; i < functions; i++) {
                node.api().register("f" + i, SMALL, Sources.SLEEPER + "# " + i);
            }
            node.api().register("g", SMALL, Sources.SLEEPER);
            assertThat(all(IntStream.range(0, functions), node, "f"))
                    .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            List<String> idle = Docker.running(node.id());
            assertThat(idle).hasSize(functions);
            List<CompletableFuture<Answer>> cut = List.of(
                    node.api().invokeLater("g", Sources.sleep(50_000)),
                    node.api().invokeLater("g", Sources.sleep(50_000)));
            eventually(
                    PATIENCE,
                    () -> assertThat(node.api()
                                    .node()
                                    .getJsonObject("containers")
                                    .getInteger("busy", 0))
                            .isEqualTo(2));

            node.kill();
            assertThat(cut).allSatisfy(call -> assertThat(call).failsWithin(PATIENCE));
            node.restart();

            List<Answer> answers = all(IntStream.range(0, functions), node, "f");
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            assertThat(answers.stream().filter(answer -> answer.start().equals("warm")))
                    .hasSizeGreaterThanOrEqualTo(functions - 2);
            eventually(PATIENCE, () -> {
                List<String> now = Docker.all(node.id());
                assertThat(now).as("no orphan, no double").hasSize(functions);
                assertThat(idle.stream().filter(now::contains)).hasSizeGreaterThanOrEqualTo(functions - 2);
                List<JsonObject> known = node.api().containers(node.id());
                assertThat(known).extracting(c -> c.getString("function")).doesNotHaveDuplicates();
                assertThat(known).hasSize(functions);
                assertThat(entries(node.data().resolve("c"))).isEqualTo(functions);
            });
            assertThat(node.api().node().getJsonObject("memory").getLong("used"))
                    .isEqualTo(functions * (24L << 20));
        }
    }

    @Test
    void cyclesOfRegisteringCallingAndDeletingLeaveNothingBehind() throws IOException {
        cyclesLeaveNothing(40);
    }

    @Test
    @Tag("long")
    void fiveHundredCyclesOfRegisteringCallingAndDeletingLeaveNothingBehind() throws IOException {
        cyclesLeaveNothing(500);
    }

    private static void cyclesLeaveNothing(int count) throws IOException {
        try (NodeProcess node =
                NodeProcess.start("stems.python3=0", "stems.nodejs=0", "stems.most=0", "invoker.heartbeat=100ms")) {
            cycles(node, 0, 12);
            settled(node);
            long handles = handles(node);
            long threads = threads(node);

            cycles(node, 12, 12 + count);

            settled(node);
            eventually(PATIENCE, () -> {
                // Pools grow to their bounds and compilers come and go: a leak would be one for each cycle.
                assertThat(handles(node)).as("file handles").isLessThan(handles + Math.min(count, 100) / 4);
                assertThat(threads(node)).as("threads").isLessThan(threads + Math.min(count, 100) / 4);
            });
            assertThat(sockets(node.data())).isEmpty();
        }
    }

    private static void cycles(NodeProcess node, int from, int to) {
        List<CompletableFuture<Void>> lanes = IntStream.range(0, LANES)
                .mapToObj(lane -> CompletableFuture.runAsync(() -> {
                    for (int i = from + lane; i < to; i += LANES) {
                        cycle(node, "cycle" + i);
                    }
                }))
                .toList();
        lanes.forEach(CompletableFuture::join);
    }

    private static void cycle(NodeProcess node, String name) {
        node.api().register(name, SMALL, Sources.SLEEPER);
        Answer answer = node.api().invoke(name);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(node.api().delete("/v1/functions/" + name).status()).isLessThan(300);
        assertThat(node.api().invoke(name).status()).isEqualTo(404);
    }

    /** No container, no folder of one, and nothing reserved. */
    private static void settled(NodeProcess node) {
        eventually(PATIENCE, () -> {
            assertThat(Docker.all(node.id())).isEmpty();
            assertThat(entries(node.data().resolve("c"))).isZero();
            JsonObject figures = node.api().node();
            for (String gauge : List.of("slots", "memory", "scratch")) {
                assertThat(figures.getJsonObject(gauge).getLong("used"))
                        .as(gauge)
                        .isZero();
            }
        });
    }

    private static long handles(NodeProcess node) throws IOException {
        return entries(Path.of("/proc", Long.toString(node.pid()), "fd"));
    }

    private static long threads(NodeProcess node) throws IOException {
        return entries(Path.of("/proc", Long.toString(node.pid()), "task"));
    }

    /** Sockets of containers below a data folder. */
    private static List<String> sockets(Path folder) throws IOException {
        return Files.readAllLines(Path.of("/proc/net/unix")).stream()
                .filter(line -> line.contains(folder.resolve("c") + "/"))
                .toList();
    }
}
