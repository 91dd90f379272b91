package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several calls at once in one container, and what becomes of them when one of them goes wrong. */
final class ConcurrencyIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TEN = "runtime=nodejs&memory=128MiB&disk=16MiB&concurrency=10";

    /** Waits for others, as code that calls a database does; what it does to itself its event says. */
    private static final String WAITER = """
            const fs = require('fs');
            const os = require('os');
            const container = require('crypto').randomUUID();
            const sleep = (ms) => new Promise((awake) => setTimeout(awake, ms));

            exports.handle = async ({ name, ms = 0, act }, context) => {
              const start = Date.now();
              console.log(`${name} begins`);
              fs.writeFileSync(`${os.tmpdir()}/mine`, name);
              if (act === 'die') process.kill(process.pid, 'SIGKILL');
              await sleep(ms);
              context.logger.info(`${name} ends`);
              const mine = fs.readFileSync(`${context.scratch}/mine`, 'utf8');
              return { container, mine, start, end: Date.now(), left: fs.readdirSync('/tmp').length };
            };
            """;

    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "invoker.memory=1GiB",
            "invoker.scratch=512MiB",
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
                .map(function -> ((JsonObject) function).getString("name"))
                .forEach(name -> api().delete("/v1/functions/" + name));
        eventually(PATIENCE, () -> assertThat(NODE.containers()).isEmpty());
    }

    private static CompletableFuture<Answer> call(String function, String name, long ms) {
        return api().invokeLater(function, "{\"name\":\"" + name + "\",\"ms\":" + ms + "}");
    }

    private static List<Answer> atOnce(int calls, String function, long ms) {
        List<CompletableFuture<Answer>> all = IntStream.range(0, calls)
                .mapToObj(i -> call(function, "call-" + i, ms))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static Set<String> containersOf(List<Answer> answers) {
        return answers.stream()
                .peek(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(200))
                .map(answer -> answer.json().getString("container"))
                .collect(Collectors.toSet());
    }

    @Test
    void twentyCallsThatWaitTakeTwoContainersAndOneRound() {
        api().register("waiter", TEN + "&maxContainers=2", WAITER);

        // A start that takes longer than the calls leaves them to the first container.
        eventually(PATIENCE, () -> {
            atOnce(20, "waiter", 2_000);
            assertThat(NODE.containers()).hasSize(2);
        });

        List<Answer> answers = atOnce(20, "waiter", 200);

        assertThat(containersOf(answers)).hasSize(2);
        assertThat(answers).allMatch(answer -> answer.start().equals("warm"));
        long begin = instants(answers, "start").min().orElseThrow();
        long end = instants(answers, "end").max().orElseThrow();
        // One after the other they would take two seconds in each container.
        assertThat(end - begin).as("ms for a round of 200 ms").isLessThan(1_500);
    }

    private static LongStream instants(List<Answer> answers, String which) {
        return answers.stream().mapToLong(answer -> answer.json().getLong(which));
    }

    @Test
    void memoryIsThatOfTheContainersNotOfTheCalls() {
        api().register("heavy", "runtime=nodejs&memory=512MiB&disk=16MiB&concurrency=40", WAITER);

        assertThat(containersOf(atOnce(40, "heavy", 100))).hasSize(1);
    }

    @Test
    void callsKeepTogetherSoThatOtherContainersComeToRest() {
        api().register("gathered", TEN + "&maxContainers=2", WAITER);
        atOnce(20, "gathered", 300);

        assertThat(containersOf(atOnce(8, "gathered", 200))).hasSize(1);
    }

    @Test
    void linesAndFilesAreThoseOfTheirCall() {
        api().register("neat", TEN + "&maxContainers=1", WAITER);
        List<Answer> answers = atOnce(10, "neat", 100);

        assertThat(containersOf(answers)).hasSize(1);
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            assertThat(answer.json().getString("mine")).isEqualTo("call-" + i);
            assertThat(api().log(answer.invocation()))
                    .containsExactly("call-" + i + " begins", "INFO call-" + i + " ends");
        }
        Answer alone = call("neat", "alone", 0).join();
        assertThat(alone.json().getInteger("left")).as("entries of /tmp").isEqualTo(1);
    }

    @Test
    void aTimeoutEndsTheCallsBesideIt() {
        api().register("bounded", TEN + "&timeout=2s", WAITER);
        call("bounded", "warm-up", 0).join();
        CompletableFuture<Answer> late = call("bounded", "late", 60_000);
        CompletableFuture<Answer> beside = new CompletableFuture<Void>()
                .completeOnTimeout(null, 500, TimeUnit.MILLISECONDS)
                .thenCompose(ignored -> call("bounded", "beside", 60_000));

        assertThat(late.join().code()).isEqualTo("TIMEOUT");
        Answer crashed = beside.join();
        assertThat(crashed.status()).isEqualTo(502);
        assertThat(crashed.code()).isEqualTo("FUNCTION_CRASHED");
        assertThat(crashed.error().getString("message"))
                .contains("another call in the container of bounded@1 ran longer than limits.timeout = 2s")
                .contains("its container was killed");
        assertThat(call("bounded", "after", 0).join().start()).isEqualTo("cold");
    }

    @Test
    void aCrashEndsAllCalls() {
        api().register("mortal", TEN, WAITER);
        call("mortal", "warm-up", 0).join();
        List<CompletableFuture<Answer>> beside = IntStream.range(0, 3)
                .mapToObj(i -> call("mortal", "call-" + i, 20_000))
                .toList();
        eventually(
                PATIENCE,
                () -> assertThat(api().node().getJsonObject("slots").getInteger("used"))
                        .isEqualTo(3));

        Answer killer = api().invoke("mortal", "{\"name\":\"killer\",\"act\":\"die\"}");

        assertThat(killer.code()).isEqualTo("FUNCTION_CRASHED");
        beside.forEach(answer -> {
            assertThat(answer.join().code()).isEqualTo("FUNCTION_CRASHED");
            assertThat(answer.join().error().getString("message")).contains("killed by signal 9");
        });
    }

    @Test
    void aServerOfTheUsersOwnTakesSeveralCallsToo(@TempDir Path folder) {
        String server = """
                const container = require('crypto').randomUUID();
                require('http').createServer((request, response) => {
                  const start = Date.now();
                  setTimeout(() => response.end(JSON.stringify({ container, start, end: Date.now() })), 200);
                }).listen(process.env.PORT);
                """;
        try (BuiltImage image = BuiltImage.of(
                "hearth-it-several",
                folder,
                Map.of(
                        "Dockerfile",
                        "FROM " + Images.of("nodejs") + "\nCOPY server.js /server.js\nCMD [\"node\", \"/server.js\"]\n",
                        "server.js",
                        server))) {
            api().register(
                            "server",
                            "image=" + image.tag()
                                    + "&contract=http&memory=128MiB&disk=16MiB&concurrency=10&maxContainers=2",
                            "");

            assertThat(containersOf(atOnce(20, "server", 0))).hasSize(2);
        }
    }
}
