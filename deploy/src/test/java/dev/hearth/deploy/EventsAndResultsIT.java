package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.NodeProcess;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a function and what comes out: the same in both languages, with and without async. */
final class EventsAndResultsIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final int MIB = 1 << 20;
    private static final String JSON = "application/json";
    private static final String PYTHON = "runtime=python3&memory=128MiB";
    private static final String NODEJS = "runtime=nodejs&memory=128MiB";

    @BeforeAll
    static void registerEchoes() {
        NODE.api().register("echo-python", PYTHON, """
                def handle(event, context):
                    return event
                """);
        NODE.api().register("echo-python-async", PYTHON, """
                import asyncio

                async def handle(event, context):
                    await asyncio.sleep(0.01)
                    return event
                """);
        NODE.api().register("echo-node", NODEJS, "exports.handle = (event, context) => event;");
        NODE.api().register("echo-node-async", NODEJS, """
                exports.handle = async (event, context) => {
                  await new Promise((resolve) => setTimeout(resolve, 10));
                  return event;
                };
                """);
        NODE.api().register("wrong-python", PYTHON, """
                class Unpaid(Exception):
                    pass

                def charge(event):
                    raise Unpaid("order " + str(event["order"]) + " is not paid")

                def handle(event, context):
                    if event["what"] == "raise":
                        print("about to charge")
                        charge(event)
                    if event["what"] == "result":
                        return {"set": {1, 2}}
                    if event["what"] == "nan":
                        return {"ratio": float("nan")}
                    return "fine"
                """);
        NODE.api().register("wrong-node", NODEJS, """
                class Unpaid extends Error {}
                function charge(event) {
                  throw new Unpaid("order " + event.order + " is not paid");
                }
                exports.handle = async (event) => {
                  if (event.what === "raise") {
                    console.log("about to charge");
                    charge(event);
                  }
                  if (event.what === "result") {
                    const round = {};
                    round.self = round;
                    return round;
                  }
                  if (event.what === "nan") {
                    return { ratio: 10n };
                  }
                  return "fine";
                };
                """);
    }

    /** A handler that returns what it is given: all headers, or the body where the event says so. */
    private static void registerRequestReaders() {
        NODE.api().register("request-python", PYTHON, """
                def handle(event, context):
                    return context.body if event == "body" else dict(context.headers)
                """);
        NODE.api().register("request-node", NODEJS, """
                exports.handle = async (event, context) => {
                  await null;
                  return event === 'body' ? context.body : context.headers;
                };
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"request-python", "request-node"})
    void aHandlerSeesTheHeadersOfTheRequestAndItsBytes(String function) {
        registerRequestReaders();
        String large = "v".repeat(15_000);
        Answer answer = NODE.api()
                .send(NODE.api()
                        .request("/v1/functions/" + function + "/invoke")
                        .header("Content-Type", JSON)
                        .header("X-Thing", "one")
                        .header("x-thing", "two")
                        .header("X-Large", large)
                        .header("Cookie", "a=b")
                        .header("Authorization", "Bearer hearth_not_for_code")
                        .header("Proxy-Authorization", "Basic bm8=")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build());
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        JsonObject headers = answer.json();
        headers.remove("user-agent");
        assertThat(headers)
                .isEqualTo(new JsonObject()
                        .put("content-type", JSON)
                        .put("x-thing", "one, two")
                        .put("x-large", large)
                        .put("cookie", "a=b"));
        Answer body = NODE.api().invoke(function, " \"body\"\n");
        assertThat(body.text()).isEqualTo(" \"body\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"request-python", "request-node"})
    void headersComeWithLargeEventsToo(String function) {
        registerRequestReaders();
        byte[] event = new byte[3 * MIB];
        Answer answer = NODE.api().invoke(function, "application/x-thing", event);
        assertThat(answer.json().getString("content-type")).isEqualTo("application/x-thing");
    }

    @Test
    void theLargestHeadReachesTheHandler() throws IOException {
        try (NodeProcess node = NodeProcess.start("gateway.header-bytes=28KiB", "stems.python3=0", "stems.nodejs=0")) {
            node.api().register("most", PYTHON, "def handle(event, context):\n    return len(context.headers['a'])\n");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
                socket.setSoTimeout(60_000);
                int many = 14_000;
                String request = "POST /v1/functions/most/invoke HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        + "Connection: close\r\nContent-Length: 0\r\n" + "a:\r\n".repeat(many) + "\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n" + 2 * (many - 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo-python", "echo-python-async", "echo-node", "echo-node-async"})
    void jsonTextAndBytesComeBackAsTheyWent(String echo) {
        String value = "{\"name\":\"Zoë ☃ 😀\",\"n\":[1,2.5,null,true],\"deep\":{\"er\":{}}}";
        Answer json = NODE.api().invoke(echo, value);
        assertThat(json.status()).as("%s", json).isEqualTo(200);
        assertThat(json.header("Content-Type")).startsWith(JSON);
        assertThat(json.json()).isEqualTo(new JsonObject(value));

        String words = "ä line\nand another ☃\n";
        Answer text = NODE.api().invoke(echo, "text/csv", words.getBytes(StandardCharsets.UTF_8));
        assertThat(text.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(text.text()).isEqualTo(words);

        byte[] noise = noise(3_000);
        Answer bytes = NODE.api().invoke(echo, "image/png", noise);
        assertThat(bytes.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(bytes.body().getBytes()).isEqualTo(noise);
        assertThat(bytes.start()).isEqualTo("warm");
        assertThat(bytes.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(bytes.header("Content-Security-Policy")).isEqualTo("sandbox");
        assertThat(bytes.header("Server-Timing")).contains("run;dur=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo-python", "echo-node"})
    void aTextIsReadAsItsCharsetSays(String echo) {
        Answer answer = NODE.api().invoke(echo, "text/plain; charset=iso-8859-1", new byte[] {(byte) 0xE9, 't', 'e'});
        assertThat(answer.text()).isEqualTo("éte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo-python", "echo-python-async", "echo-node", "echo-node-async"})
    void noBodyIsNoEvent(String echo) {
        assertThat(NODE.api().invoke(echo).text()).isEqualTo("null");
        assertThat(NODE.api().invoke(echo, JSON, new byte[0]).text()).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo-python", "echo-node"})
    void emptyResultsAreEmptyBodies(String echo) {
        Answer text = NODE.api().invoke(echo, "\"\"");
        assertThat(text.status()).isEqualTo(200);
        assertThat(text.body().length()).isZero();
        assertThat(text.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    /** Around the sizes of a frame, of the inline part of a dispatch and of the window of credit, and the limit itself. */
    @ParameterizedTest
    @ValueSource(strings = {"echo-python", "echo-node"})
    void largeBodiesPassBothWays(String echo) {
        for (int size : new int[] {65_500, 65_536, 65_537, 262_143, 262_145, MIB, 6 * MIB}) {
            byte[] noise = noise(size);
            Answer answer = NODE.api().invoke(echo, "application/octet-stream", noise);
            assertThat(answer.status()).as("%s bytes", size).isEqualTo(200);
            assertThat(answer.body().getBytes()).as("%s bytes", size).isEqualTo(noise);
        }
        String text = "ünïcode ".repeat(MIB / 10);
        Answer answer = NODE.api().invoke(echo, "text/plain", text.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong-python", "wrong-node"})
    void whatAFunctionRaisesComesBackAndItsContainerStaysWarm(String function) {
        Answer raised = NODE.api().invoke(function, "{\"what\":\"raise\",\"order\":7}");
        assertThat(raised.status()).as("%s", raised).isEqualTo(502);
        JsonObject error = raised.error();
        assertThat(error.getString("code")).isEqualTo("FUNCTION_ERROR");
        assertThat(error.getString("message")).contains(function, "Unpaid", "order 7 is not paid");
        assertThat(error.getString("type")).endsWith("Unpaid");
        assertThat(error.getString("stack")).contains("charge", "order 7 is not paid");
        assertThat(error.getString("invocation")).isEqualTo(raised.invocation());
        assertThat(error.getBoolean("retryable")).isFalse();
        assertThat(error.getJsonArray("log")).contains("about to charge");

        Answer next = NODE.api().invoke(function, "{\"what\":\"\"}");
        assertThat(next.text()).isEqualTo("fine");
        assertThat(next.start()).isEqualTo("warm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong-python", "wrong-node"})
    void anEventThatIsNoJsonIsTheClientsFault(String function) {
        Answer answer = NODE.api().invoke(function, "{\"what\": ");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.error().getString("message")).contains("the event cannot be read");
        assertThat(NODE.api().invoke(function, "{\"what\":\"\"}").start()).isEqualTo("warm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong-python", "wrong-node"})
    void aResultThatCannotBeSentIsAnInvalidResponse(String function) {
        for (String what : new String[] {"result", "nan"}) {
            Answer answer = NODE.api().invoke(function, "{\"what\":\"" + what + "\"}");
            assertThat(answer.status()).as("%s", answer).isEqualTo(502);
            assertThat(answer.code()).isEqualTo("INVALID_RESPONSE");
        }
        assertThat(NODE.api().invoke(function, "{\"what\":\"\"}").start()).isEqualTo("warm");
    }

    @Test
    void aFunctionThatIsNotThereIsToldWhateverTheBody() {
        assertThat(NODE.api().invoke("nobody").code()).isEqualTo("FUNCTION_NOT_FOUND");
        Answer small = NODE.api().invoke("nobody", "{\"a\":1}");
        assertThat(small.status()).isEqualTo(404);
        assertThat(small.code()).isEqualTo("FUNCTION_NOT_FOUND");
        Answer large = NODE.api().invoke("nobody", JSON, noise(2 * MIB));
        assertThat(large.status()).isEqualTo(404);
        assertThat(large.code()).isEqualTo("FUNCTION_NOT_FOUND");
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
