package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.SharedNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code limits.timeout}: what runs too long is dead before its caller hears of it. */
final class TimeLimitIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aCallThatRunsTooLongIsDeadBeforeItsCallerHearsOfIt() {
        NODE.api().register("sleeper", "runtime=python3&memory=64MiB&timeout=2s", """
                import socket, subprocess, time

                def handle(event, context):
                    if event:
                        subprocess.Popen(["sh", "-c", "while true; do echo child tick; sleep 0.1; done"])
                        for n in range(500):
                            print("tick", n, flush=True)
                            time.sleep(0.1)
                    return socket.gethostname()
                """);
        String hostname = NODE.api().invoke("sleeper").text();
        String container = Docker.named(NODE.id(), hostname).getFirst();
        assertThat(Docker.processes(container)).anyMatch(line -> line.contains("runtime.py"));

        Answer answer = NODE.api().invoke("sleeper", "true");
        // The engine may not have noticed yet, but nothing of the function lives: at most the bridge, on its way out.
        assertThat(Docker.processes(container)).allMatch(line -> line.contains("/hearth/bridge"));
        assertThat(answer.status()).as("%s", answer).isEqualTo(504);
        assertThat(answer.code()).isEqualTo("TIMEOUT");
        assertThat(answer.start()).isEqualTo("warm");
        assertThat(answer.took()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
        assertThat(answer.error().getString("message")).contains("limits.timeout = 2s", "was killed");
        assertThat(answer.error().getBoolean("retryable")).isFalse();

        List<String> log = NODE.api().log(answer.invocation());
        assertThat(log).contains("tick 0", "child tick").doesNotContain("tick 400");
        Answer next = NODE.api().invoke("sleeper");
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.start()).isNotEqualTo("warm");
        assertThat(next.text()).isNotEqualTo(hostname);
        assertThat(NODE.api().log(answer.invocation())).isEqualTo(log);
        eventually(SOON, () -> assertThat(Docker.named(NODE.id(), hostname)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "nodejs"})
    void aLoopThatIgnoresSignalsDiesToo(String runtime) {
        String source = runtime.equals("python3") ? """
                import signal

                def handle(event, context):
                    for number in range(1, 65):
                        try:
                            signal.signal(number, signal.SIG_IGN)
                        except (OSError, ValueError):
                            pass
                    while True:
                        pass
                """ : """
                exports.handle = () => {
                  for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2"]) {
                    process.on(name, () => {});
                  }
                  for (;;);
                };
                """;
        NODE.api().register("deaf-" + runtime, "runtime=" + runtime + "&memory=128MiB&timeout=500ms", source);
        Answer answer = NODE.api().invoke("deaf-" + runtime);
        assertThat(answer.status()).as("%s", answer).isEqualTo(504);
        assertThat(answer.code()).isEqualTo("TIMEOUT");
        assertThat(NODE.api().containers(NODE.id()))
                .noneMatch(container -> ("deaf-" + runtime + "@1").equals(container.getString("function"))
                        && !"removing".equals(container.getString("state")));
    }

    @Test
    void startUpDoesNotCount() {
        NODE.api().register("slow-start", "runtime=python3&memory=64MiB&timeout=700ms", """
                import time
                time.sleep(1.5)

                def handle(event, context):
                    return "in time"
                """);
        Answer answer = NODE.api().invoke("slow-start");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.took()).isGreaterThan(Duration.ofMillis(1_500));
    }

    @Test
    void queueingDoesNotCount() {
        NODE.api().register("one-by-one", "runtime=python3&memory=64MiB&timeout=1500ms&maxContainers=1", """
                import time

                def handle(event, context):
                    time.sleep(0.6)
                    return "in time"
                """);
        List<CompletableFuture<Answer>> calls = Stream.generate(() -> NODE.api().invokeLater("one-by-one"))
                .limit(4)
                .toList();
        calls.forEach(call -> assertThat(call.join().text()).isEqualTo("in time"));
        assertThat(NODE.api().containers(NODE.id()).stream()
                        .filter(container -> "one-by-one@1".equals(container.getString("function"))))
                .hasSize(1);
    }
}
