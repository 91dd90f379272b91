package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cold, warm and cold again; as many containers as calls need and never more than the budget holds. */
final class PoolIT {
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SMALL = "runtime=python3&memory=24MiB&disk=1MiB";

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.memory=1536MiB",
            "invoker.scratch=64MiB",
            "invoker.slots=64",
            "invoker.heartbeat=100ms",
            "stems.python3=0",
            "stems.nodejs=0");

    private static Api api() {
        return NODE.api();
    }

    @AfterEach
    void leaveNothingBehind() {
        api().read("/v1/functions").getJsonArray("functions").stream()
                .map(function -> ((io.vertx.core.json.JsonObject) function).getString("name"))
                .forEach(name -> api().delete("/v1/functions/" + name));
        eventually(PATIENCE, () -> assertThat(NODE.containers()).isEmpty());
    }

    private static List<Answer> atOnce(int calls, String function, String event) {
        List<CompletableFuture<Answer>> all = Stream.generate(() -> api().invokeLater(function, event))
                .limit(calls)
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    @Test
    void startsColdStaysWarmAndIsColdAgainAfterTheKeepAlive() {
        api().register("napper", SMALL + "&keepAlive=1s", Sources.SLEEPER);

        assertThat(api().invoke("napper").start()).isEqualTo("cold");
        assertThat(api().invoke("napper").start()).isEqualTo("warm");
        eventually(PATIENCE, () -> assertThat(NODE.containers()).isEmpty());
        assertThat(api().invoke("napper").start()).isEqualTo("cold");
    }

    @Test
    void exactlyOneOfTwoCallsPaysAStartWhenOneContainerIsIdle() {
        api().register("pair", SMALL, Sources.SLEEPER);
        assertThat(api().invoke("pair").start()).isEqualTo("cold");

        List<Answer> both = atOnce(2, "pair", Sources.sleep(3_000));

        assertThat(both).extracting(Answer::start).containsExactlyInAnyOrder("warm", "cold");
        assertThat(NODE.containers()).hasSize(2);
    }

    @Test
    void aHundredFirstCallsShareWhatTheBudgetHolds() {
        api().register("crowd", "runtime=python3&memory=96MiB&disk=1MiB", Sources.SLEEPER);
        List<CompletableFuture<Answer>> all = Stream.generate(() -> api().invokeLater("crowd", Sources.sleep(50)))
                .limit(100)
                .toList();
        CompletableFuture<Void> answered = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));

        eventually(PATIENCE, () -> {
            assertThat(NODE.containers()).hasSizeLessThanOrEqualTo(16);
            long used = api().node().getJsonObject("memory").getLong("used");
            if (used > 1536 * MIB) {
                answered.completeExceptionally(new AssertionError(used + " bytes of memory are reserved"));
            }
            assertThat(answered).isDone();
        });

        assertThat(answered).isCompleted();
        assertThat(all).allSatisfy(call -> assertThat(call.join().status()).isEqualTo(200));
        Set<String> containers = new HashSet<>();
        all.forEach(call -> containers.add(call.join().json().getString("container")));
        assertThat(containers).hasSizeBetween(1, 16);
    }

    @Test
    void theContainerThatCameFreeLastIsUsedFirst() {
        api().register("stack", SMALL, Sources.SLEEPER);
        List<CompletableFuture<Answer>> three = Stream.of(6_000, 3_000, 100)
                .map(millis -> api().invokeLater("stack", Sources.sleep(millis)))
                .toList();
        eventually(
                PATIENCE,
                () -> assertThat(api().node().getJsonObject("containers").getInteger("busy", 0))
                        .isGreaterThan(0));
        three.forEach(CompletableFuture::join);
        Answer last = three.stream()
                .map(CompletableFuture::join)
                .max(java.util.Comparator.comparingDouble(a -> a.json().getDouble("end")))
                .orElseThrow();

        for (int i = 0; i < 5; i++) {
            Answer next = api().invoke("stack");
            assertThat(next.start()).isEqualTo("warm");
            assertThat(next.json().getString("container")).isEqualTo(last.json().getString("container"));
        }
    }

    @Test
    void anInitThatFailsReturnsNoContainerToThePool() {
        api().register("broken", SMALL, "print('about to break')\nraise ValueError('no such luck')\n");

        for (int i = 0; i < 3; i++) {
            Answer answer = api().invoke("broken");
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.code()).isEqualTo("INIT_FAILED");
            assertThat(answer.error().getString("message")).contains("ValueError", "no such luck");
            assertThat(answer.error().getJsonArray("log")).contains("about to break");
        }
        eventually(PATIENCE, () -> assertThat(NODE.containers()).isEmpty());
        eventually(
                PATIENCE,
                () -> assertThat(api().node().getJsonObject("memory").getLong("used"))
                        .isZero());
    }

    @Test
    void sixtyFourSleepersSleepAtTheSameTime() {
        int cores = Runtime.getRuntime().availableProcessors();
        api().register("sleepers", SMALL, Sources.SLEEPER);
        atOnce(64, "sleepers", Sources.sleep(4_000));

        List<Answer> calls = atOnce(64, "sleepers", Sources.sleep(500));

        assertThat(calls).allSatisfy(call -> assertThat(call.status()).isEqualTo(200));
        assertThat(mostAtOnce(calls)).as("calls that ran at one time").isBetween(4 * cores, 64);
    }

    private static int mostAtOnce(List<Answer> calls) {
        int most = 0;
        for (Answer at : calls) {
            double moment = at.json().getDouble("start");
            long running = calls.stream()
                    .filter(other -> other.json().getDouble("start") <= moment
                            && other.json().getDouble("end") > moment)
                    .count();
            most = Math.max(most, (int) running);
        }
        return most;
    }

    @Test
    void callsOfOneContainerAreServedInTheOrderOfTheirArrival() {
        api().register("queue", SMALL + "&maxContainers=1", Sources.SLEEPER);
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int arrived = i + 1;
            calls.add(api().invokeLater("queue", Sources.sleep(i == 0 ? 3_000 : 10)));
            eventually(
                    PATIENCE,
                    () -> assertThat(api().read("/v1/invocations?function=queue&limit=100")
                                    .getJsonArray("invocations")
                                    .size())
                            .isGreaterThanOrEqualTo(arrived));
        }

        List<Double> starts = calls.stream()
                .map(call -> call.join().json().getDouble("start"))
                .toList();

        assertThat(starts).isSorted();
        assertThat(calls.stream().map(call -> call.join().json().getString("container")))
                .containsOnly(calls.getFirst().join().json().getString("container"));
    }
}
