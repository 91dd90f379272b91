package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.SharedNode;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that crash, flood, fork and dial out harm nobody but themselves. */
final class ContainmentIT {
    @RegisterExtension
    static final SharedNode NODE = SharedNode.with();

    private static final int MIB = 1 << 20;
    private static final String PYTHON = "runtime=python3&memory=64MiB";
    private static final String NODEJS = "runtime=nodejs&memory=128MiB";

    @BeforeAll
    static void registerFunctions() {
        NODE.api().register("crash-python", PYTHON, """
                import os, signal

                def handle(event, context):
                    if event:
                        print("before the end", flush=True)
                    if event == "segv":
                        os.kill(os.getpid(), signal.SIGSEGV)
                    if event == "exit":
                        os._exit(3)
                    return "alive"
                """);
        NODE.api().register("crash-node", NODEJS, """
                exports.handle = (event) => {
                  if (event) {
                    console.log("before the end");
                  }
                  if (event === "segv") {
                    process.kill(process.pid, "SIGSEGV");
                    for (;;);
                  }
                  if (event === "exit") {
                    process.exit(3);
                  }
                  return "alive";
                };
                """);
        NODE.api().register("neighbour", PYTHON, "def handle(event, context):\n    return 'fine'\n");
    }

    @ParameterizedTest
    @CsvSource({
        "crash-python, segv, signal 11",
        "crash-python, exit, exit code 3",
        "crash-node, segv, signal 11",
        "crash-node, exit, exit code 3"
    })
    void aProcessThatDiesInMidCallIsToldWithItsLastLines(String function, String how, String told) {
        Answer answer = NODE.api().invoke(function, "\"" + how + "\"");
        assertThat(answer.status()).as("%s", answer).isEqualTo(502);
        assertThat(answer.code()).isEqualTo("FUNCTION_CRASHED");
        assertThat(answer.error().getString("message")).contains(told);
        assertThat(answer.error().getJsonArray("log")).contains("before the end");
        Answer next = NODE.api().invoke(function);
        assertThat(next.text()).isEqualTo("alive");
        assertThat(next.start()).isNotEqualTo("warm");
    }

    @Test
    void anEventAboveTheLimitRunsNothing() {
        NODE.api()
                .register(
                        "small-door",
                        PYTHON + "&ingress=64KiB",
                        "def handle(event, context):\n    return len(event)\n");
        byte[] fits = new byte[64 * 1024];
        byte[] large = new byte[64 * 1024 + 1];
        String type = "application/octet-stream";
        assertThat(NODE.api().invoke("small-door", type, fits).text()).isEqualTo("65536");
        assertRefused(NODE.api().invoke("small-door", type, large));
        assertRefused(NODE.api()
                .send(NODE.api()
                        .call(
                                "small-door",
                                type,
                                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))));
        assertThat(NODE.api().read("/v1/invocations?function=small-door").getJsonArray("invocations"))
                .hasSize(1);
        assertThat(NODE.api()
                        .send(NODE.api()
                                .call(
                                        "small-door",
                                        type,
                                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(fits))))
                        .text())
                .isEqualTo("65536");
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("INGRESS_EXCEEDED");
        assertThat(answer.error().getString("message")).contains("limits.ingress", "64KiB");
    }

    @Test
    void anAnswerAboveTheLimitIsNotSent() {
        NODE.api()
                .register(
                        "flood-python",
                        PYTHON + "&egress=1MiB",
                        "def handle(event, context):\n    return b'x' * event\n");
        NODE.api()
                .register("flood-node", NODEJS + "&egress=1MiB", "exports.handle = (event) => Buffer.alloc(event);\n");
        for (String function : new String[] {"flood-python", "flood-node"}) {
            assertThat(NODE.api().invoke(function, Integer.toString(MIB)).body().length())
                    .isEqualTo(MIB);
            for (int size : new int[] {MIB + 1, 20 * MIB}) {
                Answer answer = NODE.api().invoke(function, Integer.toString(size));
                assertThat(answer.status()).as("%s", answer).isEqualTo(502);
                assertThat(answer.code()).isEqualTo("EGRESS_EXCEEDED");
                assertThat(answer.error().getString("message")).contains("limits.egress");
            }
            assertThat(NODE.api().invoke(function, "3").body().length()).isEqualTo(3);
        }
    }

    @Test
    void aForkBombIsContained() {
        NODE.api().register("bomb", PYTHON + "&pids=32&timeout=3s", """
                import os, time

                def handle(event, context):
                    refused = 0
                    while refused < 1000:
                        try:
                            os.fork()
                        except OSError:
                            refused += 1
                            time.sleep(0.002)
                    time.sleep(60)
                """);
        NODE.api().invoke("neighbour");
        CompletableFuture<Answer> bomb = NODE.api().invokeLater("bomb");
        do {
            assertThat(NODE.api().invoke("neighbour").text()).isEqualTo("fine");
        } while (!bomb.isDone());
        assertThat(bomb.join().code()).as("%s", bomb.join()).isEqualTo("TIMEOUT");
        assertThat(NODE.api().get("/health/ready").status()).isEqualTo(200);
        assertThat(NODE.api().invoke("neighbour").start()).isEqualTo("warm");
        eventually(
                Duration.ofSeconds(30),
                () -> assertThat(NODE.api().containers(NODE.id()))
                        .noneMatch(container -> "bomb@1".equals(container.getString("function"))));
    }

    @Test
    void aFunctionThatMayNotForkRaisesAndStaysWarm() {
        NODE.api().register("forks", PYTHON + "&pids=16&timeout=20s", """
                import subprocess

                def handle(event, context):
                    return len([subprocess.Popen(["sleep", "60"]) for n in range(event)])
                """);
        assertThat(NODE.api().invoke("forks", "3").text()).isEqualTo("3");
        Answer tooMany = NODE.api().invoke("forks", "40");
        assertThat(tooMany.code()).as("%s", tooMany).isEqualTo("FUNCTION_ERROR");
        assertThat(tooMany.error().getString("type")).isEqualTo("BlockingIOError");
        assertThat(NODE.api().invoke("forks", "3").text()).isEqualTo("3");
    }

    @Test
    void aProcessThatACallLeavesBehindIsGoneInTheNext() {
        NODE.api().register("haunted", PYTHON, """
                import os, subprocess

                def handle(event, context):
                    seen = []
                    for pid in filter(str.isdigit, os.listdir("/proc")):
                        try:
                            seen.append(open("/proc/" + pid + "/cmdline").read().replace("\\0", " ").strip())
                        except OSError:
                            pass
                    if event:
                        subprocess.Popen(["sleep", "1000"])
                        subprocess.Popen(["setsid", "sh", "-c", "sleep 2000 & exec sleep 3000"])
                    return [line for line in seen if "sleep" in line]
                """);
        assertThat(NODE.api().invoke("haunted", "true").text()).isEqualTo("[]");
        Answer next = NODE.api().invoke("haunted");
        assertThat(next.text()).isEqualTo("[]");
        assertThat(next.start()).isEqualTo("warm");
    }

    @Test
    void aPythonFunctionReachesLocalhostAndNothingElse() {
        NODE.api().register("dials-python", PYTHON, """
                import errno, os, socket, time

                def handle(event, context):
                    started = time.monotonic()
                    try:
                        outside = socket.getaddrinfo("www.example.org", 80)[0][4]
                    except socket.gaierror as error:
                        outside = "unknown"
                    took = time.monotonic() - started
                    with socket.create_server(("localhost", 0)) as server:
                        socket.create_connection(("localhost", server.getsockname()[1]), 5).close()
                    try:
                        reached = bool(socket.create_connection(("192.0.2.1", 80), 5))
                    except OSError as error:
                        reached = errno.errorcode[error.errno]
                    return {"local": socket.gethostbyname("localhost"), "own": socket.gethostbyname(socket.gethostname()),
                            "outside": outside, "millis": int(took * 1000), "reached": reached,
                            "interfaces": [name for number, name in socket.if_nameindex()]}
                """);
        JsonObject found = NODE.api().invoke("dials-python").json();
        assertThat(found.getString("local")).isEqualTo("127.0.0.1");
        assertThat(found.getString("own")).isEqualTo("127.0.0.1");
        assertThat(found.getString("outside")).isEqualTo("unknown");
        assertThat(found.getInteger("millis")).isLessThan(1_000);
        assertThat(found.getString("reached")).isEqualTo("ENETUNREACH");
        assertThat(found.getJsonArray("interfaces")).containsExactly("lo");
    }

    @Test
    void aNodeFunctionReachesLocalhostAndNothingElse() {
        NODE.api().register("dials-node", NODEJS, """
                const dns = require("node:dns/promises");
                exports.handle = async () => {
                  const local = await dns.lookup("localhost", 4);
                  const started = performance.now();
                  const outside = await dns.lookup("www.example.org").catch((error) => error.code);
                  return { local: local.address, outside, millis: Math.round(performance.now() - started) };
                };
                """);
        JsonObject found = NODE.api().invoke("dials-node").json();
        assertThat(found.getString("local")).isEqualTo("127.0.0.1");
        assertThat(found.getString("outside")).isIn("ENOTFOUND", "EAI_AGAIN");
        assertThat(found.getInteger("millis")).isLessThan(1_000);
    }
}
