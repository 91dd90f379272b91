package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Images;
import dev.hearth.deploy.rig.SharedNode;
import dev.hearth.deploy.rig.Sources;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A runtime that breaks the protocol, or will not die, ends its own call and container and touches nobody else. */
final class HostileRuntimeIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with("stems.python3=0", "stems.nodejs=0", "invoker.heartbeat=100ms");

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LIMITS = "memory=48MiB&disk=1MiB&timeout=10s";
    private static BuiltImage runtime;
    private static BuiltImage server;

    @BeforeAll
    static void buildImages(@TempDir Path folder) {
        runtime = image(folder, "hostile_runtime.py");
        server = image(folder, "deaf_server.py");
        NODE.api().register("hostile", "image=" + runtime.tag() + "&contract=hearth&maxContainers=1&" + LIMITS, "");
        NODE.api().register("neighbour", "runtime=python3&" + LIMITS, Sources.SLEEPER);
    }

    private static BuiltImage image(Path folder, String program) {
        String name = program.substring(0, program.indexOf('_'));
        return BuiltImage.of(
                "hearth-test/" + name + "-" + NODE.id() + ":1",
                folder.resolve(name),
                Map.of(
                        "Dockerfile", """
                                FROM %s
                                COPY hostile_runtime.py deaf_server.py /
                                CMD ["python3", "/%s"]
                                """.formatted(Images.of("python3"), program),
                        "hostile_runtime.py", BuiltImage.program("hostile_runtime.py"),
                        "deaf_server.py", BuiltImage.program("deaf_server.py")));
    }

    @AfterAll
    static void removeImages() {
        Docker.removeAll(NODE.id());
        runtime.close();
        server.close();
    }

    @AfterEach
    void nobodyElseNoticed() {
        assertThat(NODE.api().invoke("neighbour").status()).isEqualTo(200);
        assertThat(NODE.api().get("/health/ready").status()).isEqualTo(200);
        assertThat(NODE.process().logLines()).noneMatch(line -> line.contains("level=ERROR"));
    }

    private static Answer hostile(String what) {
        return NODE.api().invoke("hostile", "text/plain", what.getBytes(StandardCharsets.US_ASCII));
    }

    private static void servedAgain() {
        Answer next = hostile("served");
        assertThat(next.status()).as("%s", next).isEqualTo(200);
        assertThat(next.text()).isEqualTo("served");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "close    | the runtime's connection",
                "garbage  | a frame of",
                "huge     | a frame of 2147483647 bytes, allowed are 9 to 65536",
                "short    | a frame ended",
                "half     | the runtime's connection",
                "second   | a second connection of the same role"
            })
    void aBrokenProtocolEndsTheCallAndItsContainer(String what, String told) {
        servedAgain();

        Answer answer = hostile(what);

        assertThat(answer.status()).as("%s", answer).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("FUNCTION_CRASHED");
        assertThat(answer.error().getString("message")).contains(told);
        assertThat(answer.start()).isEqualTo("warm");
        Answer next = hostile("served");
        assertThat(next.start()).isEqualTo("cold");
        assertThat(next.text()).isEqualTo("served");
        eventually(
                SOON,
                () -> assertThat(NODE.api().containers(NODE.id()).stream()
                                .filter(container -> "hostile@1".equals(container.getString("function"))))
                        .hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinds", "greet", "others", "credit", "unsaid", "strangers"})
    void whatDoesNotConcernTheCallIsPassedOver(String what) {
        servedAgain();

        Answer answer = hostile(what);

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("fine");
        Answer next = hostile("served");
        assertThat(next.text()).as("not the answer of the call before").isEqualTo("served");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flood", "longer"})
    void anAnswerThatGoesOnPastItsLimitOrItsLengthBreaksOff(String what) {
        servedAgain();
        HttpRequest call = NODE.api().call("hostile", "text/plain", BodyPublishers.ofString(what));

        assertThat(NODE.api().sendLater(call)).failsWithin(SOON);

        servedAgain();
    }

    @Test
    void aRuntimeThatIgnoresAllSignalsIsDeadBeforeItsCallerHearsOfIt() {
        NODE.api()
                .register("mute", "image=" + runtime.tag() + "&contract=hearth&" + LIMITS.replace("10s", "500ms"), "");

        Answer answer = NODE.api().invoke("mute", "text/plain", new byte[] {'m', 'u', 't', 'e'});

        assertThat(answer.status()).as("%s", answer).isEqualTo(504);
        assertThat(answer.error().getString("ran")).isEqualTo("yes");
        assertThat(answer.took()).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aServerThatIgnoresSigtermGoesWithItsFunction() {
        NODE.api().register("deaf", "image=" + server.tag() + "&contract=http&" + LIMITS.replace("10s", "1s"), "");
        assertThat(NODE.api().invoke("deaf").text()).isEqualTo("deaf");
        List<String> running = Docker.running(NODE.id());

        Answer late = NODE.api().invoke("deaf", "text/plain", "sleep".getBytes(StandardCharsets.US_ASCII));
        assertThat(late.status()).as("%s", late).isEqualTo(504);
        assertThat(late.error().getString("ran")).isEqualTo("yes");
        assertThat(NODE.api().invoke("deaf").start()).isEqualTo("cold");
        NODE.api().delete("/v1/functions/deaf");

        eventually(
                SOON,
                () -> assertThat(Docker.all(NODE.id()).stream().filter(c -> !running.contains(c)))
                        .isEmpty());
    }
}
