package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static dev.hearth.deploy.rig.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.Cancel;
import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.config.Sources;
import dev.hearth.common.id.InvocationId;
import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Api;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cancels as they come over the bus to a node in this process: what ran is dead before its caller hears of it. */
@Timeout(120)
final class CancelIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SLEEPER = """
            import time

            def handle(event, context):
                print("begins", flush=True)
                time.sleep(100)
            """;

    private final String id = "it-" + UUID.randomUUID().toString().substring(0, 12);
    private Node node;
    private Api api;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        int port = NodeProcess.freePort();
        Path data = Files.createDirectory(folder.resolve("d"));
        Stream<String> settings = Stream.of(
                "data=" + data,
                "gateway.port=" + port,
                "invoker.id=" + id,
                "invoker.bridge=" + NodeProcess.bridge(),
                "invoker.memory=1GiB",
                "invoker.scratch=512MiB",
                "invoker.announce-after=10ms",
                "stems.most=0",
                "stems.python3=0",
                "stems.nodejs=0");
        String[] flags = Stream.concat(settings, Stream.of(Images.settings())).toArray(String[]::new);
        node = Roles.standalone(HearthConfig.load(Sources.ofFlags(flags)));
        api = new Api(port);
        eventually(SOON, () -> assertThat(api.get("/health/ready").status()).isEqualTo(200));
    }

    @AfterEach
    void end() {
        api.close();
        node.stop();
        Docker.removeAll(id);
    }

    private InvocationId inFlight(String function) {
        return InvocationId.parse(value(
                SOON,
                () -> api.read("/v1/invocations?state=RUNNING&function=" + function)
                        .getJsonArray("invocations")
                        .getJsonObject(0)
                        .getString("id")));
    }

    private void cancel(InvocationId call) {
        node.vertx().eventBus().send(BusAddress.invoker(id), new Cancel(call, 1), BusCodec.options());
    }

    @Test
    void aCallThatRunsIsDeadBeforeItsCallerHearsThatItWasCancelled() throws Exception {
        api.register("sleeper", "runtime=python3&memory=64MiB", SLEEPER);
        CompletableFuture<Answer> answer = api.invokeLater("sleeper");
        InvocationId call = inFlight("sleeper");
        eventually(SOON, () -> assertThat(api.log(call.toString())).contains("begins"));
        String container = Docker.running(id).getFirst();

        cancel(call);
        cancel(call);

        Answer heard = answer.get(60, TimeUnit.SECONDS);
        assertThat(Docker.processes(container)).allMatch(line -> line.contains("/hearth/bridge"));
        assertThat(heard.status()).isEqualTo(409);
        assertThat(heard.code()).isEqualTo("CANCELLED");
        assertThat(heard.error().getString("message")).contains("was cancelled while it ran; its container was killed");
        assertThat(heard.took()).isLessThan(Duration.ofSeconds(50));
        LogReply log = log(call);
        assertThat(log.ended()).isTrue();
        assertThat(log.lines()).extracting(LogReply.Line::text).isEqualTo(List.of("begins"));
    }

    private LogReply log(InvocationId call) throws Exception {
        return (LogReply) node.vertx()
                .eventBus()
                .<BusMessage>request(BusAddress.invoker(id), new LogQuery(call, 1, 0, true), BusCodec.options())
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .body();
    }

    @Test
    void aCallThatWaitsForItsContainerNeverRuns() throws Exception {
        api.register("slow-start", "runtime=python3&memory=64MiB", "import time\ntime.sleep(5)\n" + SLEEPER);
        CompletableFuture<Answer> answer = api.invokeLater("slow-start");
        InvocationId call = inFlight("slow-start");

        cancel(call);

        Answer heard = answer.get(60, TimeUnit.SECONDS);
        assertThat(heard.code()).isEqualTo("CANCELLED");
        assertThat(heard.error().getString("message")).contains("was cancelled while it waited for a container");
        assertThat(api.record(call.toString()).getJsonObject("cause").getString("ran"))
                .isEqualToIgnoringCase("no");
        assertThat(log(call).lines()).isEmpty();
    }

    @Test
    void theLogOfACallThatHasJustEndedIsWhole() throws Exception {
        api.register("talker", "runtime=python3&memory=64MiB", """
                import subprocess

                def handle(event, context):
                    for n in range(2000):
                        print("line", n)
                    subprocess.run(["echo", "of a child"])
                    return "done"
                """);
        for (int round = 0; round < 20; round++) {
            InvocationId call = InvocationId.parse(api.invoke("talker").invocation());
            LogReply log = log(call);
            assertThat(log.ended()).isTrue();
            assertThat(log.lines())
                    .hasSize(2001)
                    .extracting(LogReply.Line::text)
                    .contains("line 1999", "of a child");
        }
    }
}
