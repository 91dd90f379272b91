package dev.hearth.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.registry.FakeImages;
import dev.hearth.gateway.registry.Registry;
import dev.hearth.gateway.registry.RegistrySettings;
import dev.hearth.gateway.registry.SpecReader;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiServerTest {
    private static final HttpLimits LIMITS = new HttpLimits(
            HttpLimits.DEFAULT.hosts(),
            100,
            Bytes.ofKiB(16),
            Bytes.ofMiB(1),
            Bytes.ofMiB(4),
            1,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Bytes.ofKiB(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Bytes.ofKiB(256));
    private final Vertx vertx = Vertx.vertx();
    private final FakeImages images = new FakeImages();
    private final HttpClient client = HttpClient.newHttpClient();
    private Database database;
    private String base;

    @BeforeAll
    void start(@TempDir Path folder) {
        database = Database.open(StoreSettings.in(folder));
        Registry registry = new Registry(database, images, required -> Optional.empty(), RegistrySettings.DEFAULT);
        Await.of(registry.start());
        SpecReader reader = new SpecReader(RegistrySettings.DEFAULT);
        ApiServer server = new ApiServer(
                LIMITS,
                SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                request -> request.response().end("invoked " + request.path()),
                List.of(
                        Await.of(ApiContract.load(vertx)),
                        new FunctionRoutes(vertx, registry, reader, LIMITS, Duration.ofMinutes(10)),
                        router -> router.get("/v1/broken").handler(context -> {
                            throw new IllegalStateException("on purpose");
                        })));
        Await.of(vertx.deployVerticle(server));
        base = "http://127.0.0.1:" + server.port();
    }

    @AfterAll
    void stop() {
        Await.of(vertx.close());
        database.close();
        client.close();
    }

    @Test
    void registersDescribesListsAndDeletes() {
        HttpResponse<String> created = put("/v1/functions/life?runtime=python3&memory=128MiB", "x = 1");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains("/v1/functions/life");
        assertThat(created.headers().firstValue("Content-Type")).contains("application/json");
        JsonObject json = new JsonObject(created.body());
        assertThat(json.getString("result")).isEqualTo("created");
        assertThat(json.getString("state")).isEqualTo("READY");
        assertThat(json.getJsonObject("limits").getString("memory")).isEqualTo("128MiB");
        assertThat(json.getInteger("serving")).isEqualTo(1);

        HttpResponse<String> same = put("/v1/functions/life?runtime=python3&memory=128MiB", "x = 1");
        assertThat(same.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(same.body()).getString("result")).isEqualTo("same");
        HttpResponse<String> changed = put("/v1/functions/life?runtime=python3&memory=128MiB", "x = 2");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(changed.body()).getInteger("revision")).isEqualTo(2);

        JsonObject described = new JsonObject(get("/v1/functions/life").body());
        JsonObject registered = new JsonObject(changed.body());
        registered.remove("result");
        assertThat(described).isEqualTo(registered);
        assertThat(new JsonObject(get("/v1/functions/life/revisions").body()).getJsonArray("revisions"))
                .hasSize(2);
        assertThat(get("/v1/functions").body()).contains("\"name\":\"life\"");
        assertThat(send("DELETE", "/v1/functions/life", "").statusCode()).isEqualTo(200);
        assertThat(get("/v1/functions/life").statusCode()).isEqualTo(404);
    }

    @Test
    void registersADocument() {
        String spec =
                "{\"runtime\":\"nodejs\",\"code\":{\"source\":\"exports.handle = e => e\"},\"env\":{\"A\":\"b\"}}";
        HttpResponse<String> created = send("PUT", "/v1/functions/doc", spec, "Content-Type", "application/json");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(new JsonObject(created.body()).getJsonObject("env")).isEqualTo(new JsonObject().put("A", "b"));
    }

    @Test
    void tellsPeopleInTablesAndLines() {
        put("/v1/functions/table?runtime=python3", "x");
        HttpResponse<String> table = send("GET", "/v1/functions", "", "Accept", "text/plain");
        assertThat(table.body().lines().toList())
                .hasSizeGreaterThan(1)
                .first()
                .asString()
                .matches("NAME +STATE +REVISION +SERVING .*");
        HttpResponse<String> line = send("PUT", "/v1/functions/table?runtime=python3", "x", "Accept", "text/plain");
        assertThat(line.body()).isEqualTo("table READY revision 1 (same)\n");
        HttpResponse<String> error = send("GET", "/v1/functions/none", "", "Accept", "text/plain");
        assertThat(error.body()).isEqualTo("""
                        FUNCTION_NOT_FOUND: there is no function none
                        Register the function first: PUT /v1/functions/NAME.
                        """);
    }

    @Test
    void describesAFunctionToPeopleInLinesOfWhichNoValueMakesTwo() {
        put(
                "/v1/functions/lines?runtime=python3&memory=64MiB&maxContainers=3&env.A=b%0Astate%20FAILED&labels.k=v",
                "x");
        HttpResponse<String> described = send("GET", "/v1/functions/lines", "", "Accept", "text/plain");
        assertThat(described.body().lines())
                .startsWith("function    lines", "state       READY", "revision    1, which calls go to")
                .contains("runtime     python3", "memory      64MiB", "containers  at most 3")
                .endsWith("env         A=b state FAILED", "label       k=v");
    }

    @Test
    void answersErrorsInOneForm() {
        HttpResponse<String> response = get("/v1/functions/none");
        assertThat(response.statusCode()).isEqualTo(404);
        JsonObject error = new JsonObject(response.body()).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("FUNCTION_NOT_FOUND");
        assertThat(error.getBoolean("retryable")).isFalse();
        assertThat(error.containsKey("invocation")).isTrue();
        assertThat(error.getString("invocation")).isNull();
    }

    @Test
    void answersWhatItDoesNotKnow() {
        assertThat(code(get("/v1/nothing"))).isEqualTo("404 NOT_FOUND");
        assertThat(code(send("DELETE", "/v1/functions", ""))).isEqualTo("405 INVALID_REQUEST");
        assertThat(code(get("/v1/functions/UPPER"))).isEqualTo("400 INVALID_REQUEST");
        assertThat(code(get("/v1/functions/a%2Fb"))).isEqualTo("400 INVALID_REQUEST");
        assertThat(code(get("/v1/broken"))).isEqualTo("500 INTERNAL");
        assertThat(code(get("/v1/functions?limit=0"))).isEqualTo("400 INVALID_REQUEST");
        assertThat(code(put("/v1/functions/x?runtime=python3&wait=1y", "x"))).isEqualTo("400 INVALID_REQUEST");
    }

    @Test
    void waitsForAPullAndTellsHowItEnded() {
        HttpResponse<String> pending = put("/v1/functions/img?image=tool:1&contract=hearth&wait=10ms", "");
        assertThat(pending.statusCode()).isEqualTo(201);
        assertThat(new JsonObject(pending.body()).getString("state")).isEqualTo("PENDING");
        vertx.setTimer(50, ignored -> images.pulled("tool:1", "sha256:tool"));
        HttpResponse<String> ready = put("/v1/functions/img?image=tool:1&contract=hearth&wait=10s", "");
        assertThat(new JsonObject(ready.body()).getString("state")).isEqualTo("READY");

        images.failWhenPulled("tool:2", "no such host");
        HttpResponse<String> failed = put("/v1/functions/img?image=tool:2&contract=hearth&wait=10s", "");
        JsonObject json = new JsonObject(failed.body());
        assertThat(json.getString("state")).isEqualTo("FAILED");
        assertThat(json.getJsonObject("cause").getString("message")).isEqualTo("no such host");
        assertThat(json.getInteger("serving")).isEqualTo(1);
    }

    @Test
    void callsOfFunctionsPassTheRouterBy() {
        assertThat(send("POST", "/v1/functions/hello/invoke", "{}").body())
                .isEqualTo("invoked /v1/functions/hello/invoke");
        assertThat(code(send("POST", "/v1/functions/a/b/invoke", ""))).isEqualTo("404 NOT_FOUND");
        assertThat(code(send("POST", "/v1/functions/invoke", ""))).isEqualTo("405 INVALID_REQUEST");
        assertThat(code(get("/v1/functions/hello/invoke"))).isEqualTo("405 INVALID_REQUEST");
    }

    @Test
    void saysWhichNameIsNoName() {
        HttpResponse<String> refused = get("/v1/functions/He%20llo");
        assertThat(code(refused)).isEqualTo("400 INVALID_REQUEST");
        assertThat(refused.body()).contains("name is 'He llo', must be string");
    }

    @Test
    void servesItsOwnContract() {
        HttpResponse<String> contract = get("/openapi.yaml");
        assertThat(contract.statusCode()).isEqualTo(200);
        assertThat(contract.body()).startsWith("openapi: 3.1.0");
    }

    @Test
    void refusesPagesOfOtherOrigins() {
        String own = base.substring("http://".length());
        assertThat(code(send("GET", "/v1/functions", "", "Origin", "http://evil.example")))
                .isEqualTo("403 FORBIDDEN");
        assertThat(code(send("GET", "/v1/functions", "", "Origin", "null"))).isEqualTo("403 FORBIDDEN");
        assertThat(code(send("POST", "/v1/functions/hello/invoke", "", "Origin", "http://localhost:3000")))
                .isEqualTo("403 FORBIDDEN");
        assertThat(send("GET", "/v1/functions", "", "Origin", "http://" + own).statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> get(String path) {
        return send("GET", path, "");
    }

    private HttpResponse<String> put(String path, String body) {
        return send("PUT", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError(method + " " + path, failure);
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
    }

    private static String code(HttpResponse<String> response) {
        return response.statusCode() + " "
                + new JsonObject(response.body()).getJsonObject("error").getString("code");
    }
}
