package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.BuiltImage;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images that others built: HTTP servers, OpenWhisk's actions, clients of Lambda's Runtime API. */
final class ForeignImagesIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final String DOCKERFILE = """
            FROM hearth/python3
            ENV COLOUR=green
            WORKDIR /srv
            COPY . /srv
            USER 4711:4712
            CMD ["python3", "-u", "/srv/program.py"]
            """;
    private static BuiltImage http;
    private static BuiltImage plain;
    private static BuiltImage openwhisk;
    private static BuiltImage lambda;

    @BeforeAll
    static void build(@TempDir Path folder) {
        http = image(folder, "http_server.py");
        openwhisk = image(folder, "whisk_action.py");
        lambda = image(folder, "lambda_client.py");
        plain = BuiltImage.of(
                tag("plain"),
                folder.resolve("plain"),
                Map.of(
                        "Dockerfile",
                        "FROM hearth/python3\nCMD [\"sh\", \"-c\", \"exec python3 -m http.server $PORT\"]\n"));
    }

    @AfterAll
    static void remove() {
        for (BuiltImage image : new BuiltImage[] {http, plain, openwhisk, lambda}) {
            if (image != null) {
                image.close();
            }
        }
    }

    private static BuiltImage image(Path folder, String program) {
        String name = program.substring(0, program.indexOf('.'));
        return BuiltImage.of(
                tag(name.replace('_', '-')),
                folder.resolve(name),
                Map.of("Dockerfile", DOCKERFILE, "program.py", BuiltImage.program(program)));
    }

    private static String tag(String name) {
        return "hearth-test/" + name + "-" + NODE.id() + ":1";
    }

    private static void register(String name, BuiltImage image, String contract) {
        NODE.api()
                .register(
                        name,
                        "image=" + image.tag() + "&contract=" + contract + "&memory=64MiB&timeout=5s&env.FRUIT=plum",
                        "");
    }

    @Test
    void anHttpServerGetsTheRequestAndGivesItsOwnStatusAndHeaders() {
        register("server", http, "http");
        Answer answer = NODE.api()
                .send(NODE.api()
                        .call("server")
                        .header("Content-Type", "text/plain")
                        .header("X-Mine", "yes")
                        .POST(BodyPublishers.ofString("a body"))
                        .build());

        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        assertThat(answer.start()).isEqualTo("cold");
        assertThat(answer.header("X-Server")).isEqualTo("mine");
        assertThat(answer.header("Set-Cookie")).isEqualTo("a=1");
        assertThat(answer.header("Content-Security-Policy")).isEqualTo("sandbox");
        JsonObject seen = answer.json();
        assertThat(seen.getString("body")).isEqualTo("a body");
        assertThat(seen.getString("type")).isEqualTo("text/plain");
        assertThat(seen.getString("method")).isEqualTo("POST");
        assertThat(seen.getString("invocation")).isEqualTo(answer.invocation());
        assertThat(seen.getString("folder")).isEqualTo("/srv");
        assertThat(seen.getString("user")).isEqualTo("4711:4712");
        assertThat(seen.getString("colour")).isEqualTo("green");
        assertThat(seen.getString("fruit")).isEqualTo("plum");
        assertThat(NODE.api().log(answer.invocation())).containsExactly("a line of the server");
        assertThat(NODE.api().invoke("server").start()).isEqualTo("warm");
    }

    @Test
    void anErrorOfTheServersOwnIsItsAnswerAndNotHearths() {
        register("plain", plain, "http");
        Answer answer = NODE.api().invoke("plain");

        assertThat(answer.status()).as("%s", answer).isEqualTo(501);
        assertThat(answer.header("Hearth-Error")).isEmpty();
        assertThat(answer.text()).contains("Unsupported method");
        assertThat(NODE.api().record(answer.invocation()).getValue("cause")).isNull();
    }

    @Test
    void aServersLargeAnswerIsStreamedAndCutAtItsLimit() {
        NODE.api().register("large", "image=" + http.tag() + "&contract=http&memory=64MiB&egress=4MiB&timeout=20s", "");
        Answer whole = NODE.api().invoke("large", "{\"bytes\":3000000}");
        assertThat(whole.status()).as("%s", whole.status()).isEqualTo(200);
        assertThat(whole.body().length()).isEqualTo(3_000_000);

        Answer tooLong = NODE.api().invoke("large", "{\"bytes\":5000000}");
        assertThat(tooLong.status()).isEqualTo(502);
        assertThat(tooLong.code()).isEqualTo("EGRESS_EXCEEDED");
    }

    @Test
    void aServerGetsAnEventOfSomeMegabytesWithItsLength() {
        register("upload", http, "http");
        byte[] event = "b".repeat(3_000_000).getBytes(StandardCharsets.US_ASCII);
        Answer answer = NODE.api().invoke("upload", "application/octet-stream", event);
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        assertThat(answer.json().getString("body")).hasSize(event.length);
    }

    @Test
    void aServerThatNeverListensFailsWithItsLog() {
        NODE.api().register("deaf", "image=" + http.tag() + "&contract=http&memory=64MiB&init=2s&env.DEAF=yes", "");
        Answer answer = NODE.api().invoke("deaf");

        assertThat(answer.code()).isEqualTo("INIT_FAILED");
        assertThat(answer.error().getString("message")).contains("limits.init = 2s");
        assertThat(answer.error().getJsonArray("log").encode()).contains("I hear nothing");
    }

    @Test
    void aServerThatEndsInMidCallIsACrashAndTheNextCallIsServed() {
        register("mortal", http, "http");
        Answer crashed = NODE.api().invoke("mortal", "{\"exit\":3}");
        assertThat(crashed.code()).as("%s", crashed).isEqualTo("FUNCTION_CRASHED");
        assertThat(crashed.error().getString("message")).contains("exit code 3");
        assertThat(NODE.api().invoke("mortal").status()).isEqualTo(201);
    }

    @Test
    void aKilledNodeFindsTheirIdleContainersWarmAndKillsTheOneInACall() {
        register("stays", http, "http");
        register("stays-action", openwhisk, "openwhisk");
        register("stays-lambda", lambda, "lambda&handler=app.handler");
        NODE.api().register("cut", "image=" + http.tag() + "&contract=http&memory=64MiB&timeout=60s", "");
        assertThat(NODE.api().invoke("stays").status()).isEqualTo(201);
        assertThat(NODE.api().invoke("stays-action", "{}").status()).isEqualTo(200);
        assertThat(NODE.api().invoke("stays-lambda", "{\"n\":1}").status()).isEqualTo(200);
        CompletableFuture<Answer> cut = NODE.api().invokeLater("cut", "{\"sleep\":50}");
        eventually(
                Duration.ofSeconds(30),
                () -> assertThat(NODE.api().node().getJsonObject("containers").getInteger("busy", 0))
                        .isEqualTo(1));

        NODE.process().kill();
        assertThat(cut).failsWithin(Duration.ofSeconds(30));
        NODE.process().restart();

        assertThat(NODE.api().invoke("stays").start()).isEqualTo("warm");
        assertThat(NODE.api().invoke("stays-action", "{}").start()).isEqualTo("warm");
        assertThat(NODE.api().invoke("stays-lambda", "{\"n\":2}").start()).isEqualTo("warm");
        assertThat(NODE.api().invoke("cut").start()).isEqualTo("cold");
    }

    @Test
    void aServerThatNeverAnswersIsKilledAtItsTimeout() {
        NODE.api().register("slow", "image=" + http.tag() + "&contract=http&memory=64MiB&timeout=500ms", "");
        Answer late = NODE.api().invoke("slow", "{\"sleep\":30}");
        assertThat(late.status()).as("%s", late).isEqualTo(504);
        assertThat(late.code()).isEqualTo("TIMEOUT");
    }

    @Test
    void anOpenWhiskActionGetsItsParametersAndGivesAResultOrAnError() {
        register("action", openwhisk, "openwhisk");
        Answer answer = NODE.api().invoke("action", "{\"name\":\"Ada\"}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().getString("greeting")).isEqualTo("Hello, Ada!");
        assertThat(answer.json().getString("activation")).isEqualTo(answer.invocation());
        assertThat(NODE.api().log(answer.invocation())).containsExactly("greeting Ada");

        Answer failed = NODE.api().invoke("action", "{\"fail\":\"no such name\"}");
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(failed.error().getString("message")).contains("no such name");
        assertThat(NODE.api().invoke("action", "[1]").code()).isEqualTo("INVALID_REQUEST");
        assertThat(NODE.api().invoke("action", "{}").start()).isEqualTo("warm");
    }

    @Test
    void aClientOfTheLambdaRuntimeApiGetsTheWholeContext() {
        NODE.api()
                .register(
                        "lambda",
                        "image=" + lambda.tag() + "&contract=lambda&handler=app.handler&memory=64MiB&timeout=5s",
                        "");
        Answer answer = NODE.api().invoke("lambda", "{\"n\":21}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        JsonObject seen = answer.json();
        assertThat(seen.getInteger("twice")).isEqualTo(42);
        assertThat(seen.getString("request")).isEqualTo(answer.invocation());
        assertThat(seen.getString("handler")).isEqualTo("app.handler");
        assertThat(seen.getString("memory")).isEqualTo("64");
        assertThat(seen.getString("arn")).startsWith("arn:").endsWith(":lambda");
        assertThat(seen.getInteger("remaining")).isBetween(1, 5_000);

        Answer failed = NODE.api().invoke("lambda", "{\"fail\":\"bad input\"}");
        assertThat(failed.code()).isEqualTo("FUNCTION_ERROR");
        assertThat(failed.error().getString("message")).contains("bad input");
        assertThat(failed.error().getString("type")).isEqualTo("ValueError");
        assertThat(NODE.api().invoke("lambda", "{\"n\":1}").start()).isEqualTo("warm");
    }
}
