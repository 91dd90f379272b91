package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.SharedNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More than the node can hold is refused at once and in words; what fits goes on. */
final class OverloadIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with(
            "gateway.body-bytes=16MiB", "invoker.slots=2", "queue.length=4", "queue.per-function=3", "stems.nodejs=0");

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PYTHON = "runtime=python3&memory=128MiB";
    private static final String SLEEPER = """
            import time

            def handle(event, context):
                if isinstance(event, bytes):
                    return len(event)
                time.sleep(event)
                return "slept"
            """;

    @Test
    void bodiesBeyondTheBudgetAreRefusedAndSmallCallsGoOn() throws Exception {
        NODE.api().register("uploads", PYTHON, SLEEPER);
        NODE.api().register("small", PYTHON, SLEEPER);
        assertThat(NODE.api().invoke("small", "0").text()).isEqualTo("slept");
        byte[] upload = new byte[6 << 20];
        List<CompletableFuture<Answer>> uploads = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            HttpRequest request =
                    NODE.api().call("uploads", "application/octet-stream", BodyPublishers.ofByteArray(upload));
            uploads.add(NODE.api().sendLater(request));
        }
        int small = 0;
        do {
            assertThat(NODE.api().invoke("small", "0").text()).isEqualTo("slept");
            small++;
        } while (!uploads.stream().allMatch(CompletableFuture::isDone));
        assertThat(small).isPositive();
        List<Answer> answers = uploads.stream().map(CompletableFuture::join).toList();
        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 429);
        assertThat(answers.stream().filter(answer -> answer.status() == 200))
                .isNotEmpty()
                .allMatch(answer -> answer.text().equals(Integer.toString(upload.length)));
        assertThat(answers.stream().filter(answer -> answer.status() == 429))
                .isNotEmpty()
                .allMatch(OverloadIT::isBusy);
        assertThat(residentBytes(NODE.process())).isLessThan(700L << 20);
        Answer after = NODE.api().invoke("uploads", "application/octet-stream", upload);
        assertThat(after.status()).as("the budget is given back: %s", after).isEqualTo(200);
    }

    private static boolean isBusy(Answer answer) {
        return answer.code().equals("TOO_MANY_REQUESTS")
                && Integer.parseInt(answer.header("Retry-After")) > 0
                && answer.error().getBoolean("retryable");
    }

    private static long residentBytes(NodeProcess node) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + node.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        }
    }

    @Test
    void aFullQueueRefusesAndAWaitThatIsOverIsToldSo() {
        NODE.api().register("slow", PYTHON, SLEEPER);
        NODE.api().register("other", PYTHON, SLEEPER);
        List<CompletableFuture<Answer>> running = calls("slow", 2, "3");
        eventually(SOON, () -> assertThat(inState("RUNNING")).isEqualTo(2));
        CompletableFuture<Answer> impatient = NODE.api()
                .sendLater(NODE.api()
                        .request("/v1/functions/slow/invoke?queue=200ms")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("0"))
                        .build());
        Answer expired = impatient.join();
        assertThat(expired.status()).as("%s", expired).isEqualTo(503);
        assertThat(expired.code()).isEqualTo("NO_CAPACITY");
        assertThat(expired.error().getString("message")).contains("200 ms");
        assertThat(expired.error().getBoolean("retryable")).isTrue();

        List<CompletableFuture<Answer>> waiting = calls("slow", 3, "0");
        eventually(SOON, () -> assertThat(inState("SCHEDULABLE")).isEqualTo(3));
        assertThat(NODE.api().invoke("slow", "0")).matches(OverloadIT::isBusy);
        List<CompletableFuture<Answer>> others = calls("other", 1, "0");
        eventually(SOON, () -> assertThat(inState("SCHEDULABLE")).isEqualTo(4));
        assertThat(NODE.api().invoke("other", "0")).matches(OverloadIT::isBusy);

        Stream.of(running, waiting, others)
                .flatMap(List::stream)
                .forEach(call -> assertThat(call.join().text()).isEqualTo("slept"));
        assertThat(NODE.api().invoke("slow", "0").text()).isEqualTo("slept");
    }

    private static List<CompletableFuture<Answer>> calls(String function, int count, String seconds) {
        return Stream.generate(() -> NODE.api().invokeLater(function, seconds))
                .limit(count)
                .toList();
    }

    private static int inState(String state) {
        return NODE.api()
                .read("/v1/invocations?state=" + state)
                .getJsonArray("invocations")
                .size();
    }
}
