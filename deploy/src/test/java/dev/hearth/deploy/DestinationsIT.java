package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told of the ends of asynchronous calls, by a real node. */
final class DestinationsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PYTHON = "runtime=python3&memory=64MiB";

    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private final AtomicInteger status = new AtomicInteger(200);
    private @Nullable NodeProcess started;
    private HttpServer receiver;

    /** What the receiver was sent. */
    private record Got(String delivery, String signature, String body) {}

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            got.add(new Got(
                    Objects.toString(exchange.getRequestHeaders().getFirst("Hearth-Delivery")),
                    Objects.toString(exchange.getRequestHeaders().getFirst("Hearth-Signature")),
                    body));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void close() {
        receiver.stop(0);
        if (started != null) {
            started.close();
        }
    }

    @Test
    void functionsAndWebhooksAreToldAndAKillOfTheNodeForgetsNobody() throws Exception {
        NodeProcess node = NodeProcess.start("webhooks.allow=127.0.0.1", "webhooks.first-retry=300ms");
        started = node;
        node.api().register("work", PYTHON, """
                def handle(event, context):
                    if event["fail"]:
                        raise ValueError("as asked")
                    return {"n": event["n"]}
                """);
        node.api().register("audit", PYTHON, "def handle(event, context):\n    return event['invocation']['id']\n");

        String told = submit(node, "{\"fail\":false,\"n\":7}", "onSuccess=" + encoded(url()));
        Got first = next();
        JsonObject document = new JsonObject(first.body());
        assertThat(document.getString("event")).isEqualTo("success");
        assertThat(document.getJsonObject("invocation").getString("id")).isEqualTo(told);
        assertThat(document.getJsonObject("output").getJsonObject("value")).isEqualTo(new JsonObject("{\"n\":7}"));
        String secret = node.api().read("/v1/webhooks/secret").getString("secret");
        assertThat(first.signature()).isEqualTo(signature(secret, first));

        String audited = submit(node, "{\"fail\":true}", "retries=0&onFailure=function:audit&onSuccess=function:none");
        JsonObject delivery = delivered(node, audited);
        assertThat(delivery.getString("target")).isEqualTo("function:audit");
        String audit = delivery.getString("answer").substring("invocation ".length());
        Answer output = value(SOON, () -> {
            Answer answer = node.api().get("/v1/invocations/" + audit + "/output");
            assertThat(answer.status()).isEqualTo(200);
            return answer;
        });
        assertThat(output.body().toString()).isEqualTo(audited);

        status.set(503);
        String kept = submit(node, "{\"fail\":false,\"n\":8}", "onSuccess=" + encoded(url()));
        String id = next().delivery();
        node.kill();
        status.set(204);
        node.restart();
        node.awaitReady();
        assertThat(delivered(node, kept).getString("id")).isEqualTo(id);
    }

    @Test
    void aClosedAddressIsRefusedWithTheCall() {
        NodeProcess node = NodeProcess.start();
        started = node;
        node.api().register("work", PYTHON, "def handle(event, context):\n    return 1\n");
        for (String target :
                new String[] {url(), "http://169.254.169.254/latest/", "ftp://example.org/", "http://a:b@c/"}) {
            Answer answer = node.api()
                    .send(node.api()
                            .request("/v1/functions/work/invocations?onSuccess=" + encoded(target))
                            .POST(BodyPublishers.noBody())
                            .build());
            assertThat(answer.status()).as(target).isEqualTo(400);
            assertThat(answer.json().getJsonObject("error").getString("code")).isEqualTo("INVALID_REQUEST");
        }
        assertThat(got).isEmpty();
    }

    private String url() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
    }

    private static String submit(NodeProcess node, String json, String query) {
        Answer answer = node.api()
                .send(node.api()
                        .request("/v1/functions/work/invocations?" + query)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build());
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        return answer.json().getString("id");
    }

    /** The only delivery of an invocation, when it has succeeded. */
    private static JsonObject delivered(NodeProcess node, String invocation) {
        return value(SOON, () -> {
            JsonArray all = Optional.ofNullable(node.api().record(invocation).getJsonArray("deliveries"))
                    .orElseGet(JsonArray::new);
            assertThat(all).hasSize(1);
            assertThat(all.getJsonObject(0).getString("state")).as("%s", all).isEqualTo("DELIVERED");
            return all.getJsonObject(0);
        });
    }

    private Got next() throws InterruptedException {
        Got next = got.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("a request within a minute").isNotNull();
        return Objects.requireNonNull(next);
    }

    private static String signature(String secret, Got of) throws GeneralSecurityException {
        String time = of.signature().substring(2, of.signature().indexOf(','));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signed = mac.doFinal((time + "." + of.body()).getBytes(StandardCharsets.UTF_8));
        return "t=" + time + ",v1=" + HexFormat.of().formatHex(signed);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
