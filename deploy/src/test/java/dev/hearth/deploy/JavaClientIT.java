package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.client.ErrorCode;
import dev.hearth.client.Event;
import dev.hearth.client.FunctionCode;
import dev.hearth.client.FunctionFailedException;
import dev.hearth.client.FunctionLimits;
import dev.hearth.client.FunctionManager;
import dev.hearth.client.Invocation;
import dev.hearth.client.InvocationOptions;
import dev.hearth.client.NotFoundException;
import dev.hearth.client.Output;
import dev.hearth.client.RefusedException;
import dev.hearth.client.RegisteredFunction;
import dev.hearth.deploy.rig.SharedNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The Java client against a real node, and what the README shows of it. */
final class JavaClientIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final FunctionLimits SMALL = FunctionLimits.DEFAULT.withRam(64L << 20);
    private static FunctionManager hearth;
    private static RegisteredFunction echo;
    private static RegisteredFunction sleeper;

    @BeforeAll
    static void register() {
        hearth = FunctionManager.at(NODE.api().url());
        echo = hearth.registerFunction(
                "echo", FunctionCode.python("""
                        def handle(event, context):
                            if event == "raise":
                                raise ValueError("as asked")
                            return event
                        """), SMALL.withIngress(1_000).withTime(Duration.ofSeconds(20)));
        sleeper = hearth.registerFunction("sleeper", FunctionCode.python("""
                        import time

                        def handle(event, context):
                            time.sleep(float(event))
                            return event
                        """), SMALL.withTime(Duration.ofSeconds(30)));
    }

    @AfterAll
    static void close() {
        hearth.close();
    }

    @Test
    void aFunctionIsRegisteredWithItsLimitsAndTheSameAgainChangesNothing() {
        FunctionCode code = FunctionCode.python("def handle(event, context):\n    return 1\n");
        FunctionLimits limits =
                SMALL.withTime(Duration.ofMillis(1_500)).withDisk(2L << 20).withEgress(77);
        RegisteredFunction first = hearth.registerFunction("limited", code, limits);
        assertThat(hearth.registerFunction("limited", code, limits)).isEqualTo(first);
        var read = NODE.api().read("/v1/functions/limited").getJsonObject("limits");
        assertThat(read.getString("timeout")).isEqualTo("1500ms");
        assertThat(read.getString("disk")).isEqualTo("2MiB");
        assertThat(read.getString("egress")).isEqualTo("77B");
        hearth.deleteFunction("limited");
        assertThatThrownBy(() -> hearth.invokeSync(first, "")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aSynchronousCallGivesTheOutputOrTheErrorOfItsKind() {
        Output output = hearth.invokeSync("echo", Event.json("{\"a\":1}"));
        assertThat(output.text()).isEqualTo("{\"a\":1}");
        assertThat(output.contentType()).startsWith("application/json");
        FunctionFailedException failed =
                catchThrowableOfType(FunctionFailedException.class, () -> hearth.invokeSync(echo, "raise"));
        assertThat(failed.code()).isEqualTo(ErrorCode.FUNCTION_ERROR);
        assertThat(failed.failure().type()).isEqualTo("ValueError");
        assertThat(hearth.invocation(failed.invocation().orElseThrow()).getFailureCause())
                .hasValueSatisfying(cause -> assertThat(cause.stack()).contains("ValueError"));
        RefusedException large = catchThrowableOfType(
                RefusedException.class, () -> hearth.invokeSync("echo", Event.bytes(new byte[2_000])));
        assertThat(large.code()).isEqualTo(ErrorCode.INGRESS_EXCEEDED);
    }

    @Test
    void datesOutputAndCauseAreThereWhenACallIsDoneAndNotBefore() {
        Invocation brief = hearth.invokeFunction(sleeper, "1");
        assertThat(brief.getEndDate()).isEmpty();
        assertThatThrownBy(brief::getOutput).isInstanceOf(IllegalStateException.class);
        assertThat(hearth.waitOne(brief, SOON)).isTrue();
        assertThat(brief.hasSucceeded()).isTrue();
        assertThat(brief.getOutput().text()).isEqualTo("1");
        assertThat(brief.getFailureCause()).isEmpty();
        assertThat(brief.getSubmitDate())
                .isBeforeOrEqualTo(brief.getDispatchDate().orElseThrow());
        assertThat(brief.getStartDate().orElseThrow().plusMillis(900))
                .isBefore(brief.getEndDate().orElseThrow());
    }

    @Test
    void oneAnyAndAllAreWaitedFor() {
        Invocation slow = hearth.invokeFunction(sleeper, "20");
        Invocation quick = hearth.invokeFunction(echo, "quick");
        assertThat(hearth.waitAny(List.of(slow, quick), SOON)).contains(quick);
        assertThat(hearth.waitAll(List.of(slow, quick), Duration.ofMillis(200))).isFalse();
        assertThat(slow.cancel()).isTrue();
        assertThat(slow.cancel()).isTrue();
        assertThat(hearth.waitAll(List.of(slow, quick), SOON)).isTrue();
        FunctionFailedException cancelled = catchThrowableOfType(FunctionFailedException.class, slow::getOutput);
        assertThat(cancelled.code()).isEqualTo(ErrorCode.CANCELLED);
    }

    @Test
    void twoCallsUnderOneKeyAreOneInvocation() {
        InvocationOptions options = InvocationOptions.DEFAULT.idempotencyKey("order-7");
        Invocation first = hearth.invokeFunction(echo, Event.text("x"), options);
        assertThat(hearth.invokeFunction(echo, Event.text("x"), options)).isEqualTo(first);
        assertThatThrownBy(() -> hearth.invokeFunction("none", Event.none(), options))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void aHundredVirtualThreadsCallAndWait() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> outputs = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String text = "call " + i;
                outputs.add(threads.submit(() ->
                        hearth.invokeFunction(echo, text).await().getOutput().text()));
            }
            for (int i : IntStream.range(0, 100).toArray()) {
                assertThat(outputs.get(i).get(60, TimeUnit.SECONDS)).isEqualTo("call " + i);
            }
        }
    }

    @Test
    void theLinesOfTheReadmeRun(@TempDir Path folder) throws Exception {
        String lines = block("```java\n");
        assertThat(lines.lines()).hasSize(10);
        Path file = Files.writeString(
                folder.resolve("Readme.java"),
                "import dev.hearth.client.*;\nimport java.time.Duration;\nimport java.util.List;\n"
                        + "public class Readme {\n    public static void main(String[] args) {\n" + lines
                        + "    }\n}\n");
        String said = run(new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                library().toString(),
                file.toString()));
        assertThat(said).startsWith("3 and 2\nran from 20");
    }

    @Test
    void theLinesOfCurlOfTheReadmeRun() throws Exception {
        hearth.registerFunction(
                "words",
                FunctionCode.python("def handle(event, context):\n    return {'words': len(event.split())}\n"),
                SMALL);
        String lines = block("## Six lines of curl: calls that nobody waits for");
        String script = lines.substring(lines.indexOf("```\n") + 4)
                .replace("127.0.0.1:8080", NODE.api().url().substring(7));
        assertThat(script.lines()).hasSize(6);
        String said = run(new ProcessBuilder(
                "bash", "-euc", script.replace("curl ", "curl -sS --fail-with-body --noproxy '*' ")));
        assertThat(said).contains("SUCCESS", "{\"words\":5}", "\"pending\":[]", "\"timedOut\":false");
    }

    /** What stands between this text of the README and the end of the block of code behind it. */
    private static String block(String begin) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int from = readme.indexOf(begin) + begin.length();
        int open = begin.startsWith("```") ? from : readme.indexOf("```\n", from) + 4;
        return readme.substring(from, readme.indexOf("```", open));
    }

    private static Path library() throws URISyntaxException {
        return Path.of(FunctionManager.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
        builder.environment().put("HEARTH_URL", NODE.api().url());
        builder.environment().remove("HEARTH_KEY");
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
