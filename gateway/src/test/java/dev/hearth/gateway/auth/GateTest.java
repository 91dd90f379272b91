package dev.hearth.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.http.HttpLimits;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks the gate of a server that has keys. */
class GateTest {
    private static final int TRIES = 5;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final AuthSettings SETTINGS = new AuthSettings(4, TRIES, WINDOW, 100);

    private final Vertx vertx = Vertx.vertx();
    private final SetClock clock = new SetClock();
    private Database database;
    private Keys keys;
    private Requests requests;
    private String admin;

    @BeforeEach
    void start(@TempDir Path folder) {
        database = Database.open(StoreSettings.in(folder));
        keys = new Keys(database, SETTINGS, clock);
        Await.of(keys.start());
        requests = new Requests(server(true));
        admin = make("root", Role.ADMIN, Optional.empty());
    }

    private int server(boolean openWithoutKeys) {
        ApiServer server = new ApiServer(
                        HttpLimits.DEFAULT,
                        SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                        request -> request.response().end("invoked"),
                        List.of(
                                new KeyRoutes(keys, false),
                                router -> router.get("/v1/functions").handler(c -> c.end("functions")),
                                router -> router.get("/metrics").handler(c -> c.end("metrics")),
                                router -> router.get("/health/live").handler(c -> c.end("live"))))
                .guardedBy(new Gate(keys, new Throttle(SETTINGS, clock), openWithoutKeys));
        Await.of(vertx.deployVerticle(server));
        return server.port();
    }

    @AfterEach
    void stop() {
        requests.close();
        Await.of(vertx.close());
        database.close();
    }

    private String make(String name, Role role, Optional<Duration> life) {
        return Await.of(keys.create(new NewKey(name, role, "default", life)))
                .text()
                .reveal();
    }

    @Test
    void asksForAKeyAndSaysHow() {
        HttpResponse<String> answer = requests.send("GET", "/v1/functions");
        assertThat(code(answer)).isEqualTo("401 UNAUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(code(requests.send("POST", "/v1/functions/hello/invoke"))).isEqualTo("401 UNAUTHENTICATED");
        assertThat(code(requests.send("GET", "/nothing/here"))).isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void letsTheRightKeyIn() {
        assertThat(requests.with(admin, "GET", "/v1/functions").body()).isEqualTo("functions");
        assertThat(requests.with(admin, "POST", "/v1/functions/hello/invoke").body())
                .isEqualTo("invoked");
        assertThat(requests.send("GET", "/v1/functions", "Authorization", "bearer  " + admin)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void healthAndContractNeedNone() {
        assertThat(requests.send("GET", "/health/live").body()).isEqualTo("live");
        assertThat(requests.send("GET", "/openapi.yaml").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health/live/",
                "/health//live",
                "/health/live/../../v1/functions",
                "/health/live%2f..%2f..%2fv1%2ffunctions",
                "//health/live",
                "/./health/live",
                "/HEALTH/LIVE",
                "/health/live;/v1/functions",
                "/v1/functions?/health/live"
            })
    void anotherSpellingOfAnOpenPathIsNotOpen(String path) {
        assertThat(code(requests.send("GET", path))).isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void onlyReadingOpenPathsIsOpen() {
        assertThat(code(requests.send("POST", "/health/live"))).isEqualTo("401 UNAUTHENTICATED");
        assertThat(code(requests.send("DELETE", "/openapi.yaml"))).isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void refusesEveryKeyThatDiffers() {
        String otherSecret = admin.substring(0, admin.length() - 1) + (admin.endsWith("0") ? "1" : "0");
        String otherId = "hearth_000000000000_" + admin.substring(admin.length() - 64);
        for (String wrong : List.of(otherSecret, otherId, admin + "0", admin.toUpperCase(Locale.ROOT))) {
            assertThat(code(requests.with(wrong, "GET", "/v1/functions"))).isEqualTo("401 UNAUTHENTICATED");
        }
    }

    @Test
    void refusesOtherFormsOfTheHeader() {
        for (String header : List.of(admin, "Basic " + admin, "Bearer", "Bearer" + admin, "Token " + admin)) {
            assertThat(code(requests.send("GET", "/v1/functions", "Authorization", header)))
                    .as(header.substring(0, 5))
                    .isEqualTo("401 UNAUTHENTICATED");
        }
        assertThat(code(requests.send(
                        "GET", "/v1/functions", "Authorization", "Bearer x", "Authorization", "Bearer " + admin)))
                .isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void takesNoKeyFromTheQueryNorFromACookie() {
        for (String name : List.of("key", "api_key", "access_token", "authorization")) {
            HttpResponse<String> answer = requests.send("GET", "/v1/functions?" + name + "=" + admin);
            assertThat(code(answer)).isEqualTo("401 UNAUTHENTICATED");
            assertThat(answer.body()).contains("not taken from the query").doesNotContain(admin);
        }
        assertThat(code(requests.send("GET", "/v1/functions", "Cookie", "key=" + admin)))
                .isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void aKeyForMetricsReadsThemAndNothingElse() {
        String scraper = make("prometheus", Role.METRICS, Optional.empty());
        assertThat(requests.with(scraper, "GET", "/metrics").body()).isEqualTo("metrics");
        assertThat(requests.with(admin, "GET", "/metrics").body()).isEqualTo("metrics");
        assertThat(code(requests.send("GET", "/metrics"))).isEqualTo("401 UNAUTHENTICATED");
        for (String other : List.of(
                "GET /v1/functions",
                "POST /v1/functions/hello/invoke",
                "GET /v1/invocations",
                "POST /metrics",
                "GET /x")) {
            String[] parts = other.split(" ", 2);
            HttpResponse<String> answer = requests.with(scraper, parts[0], parts[1]);
            assertThat(code(answer)).as(other).isEqualTo("403 FORBIDDEN");
            assertThat(answer.body())
                    .contains("the key prometheus has the role metrics, which may read /metrics, nothing else");
        }
    }

    @Test
    void aKeyForCallsDoesNotReadMetrics() {
        String caller = make("caller", Role.INVOKE, Optional.empty());
        HttpResponse<String> answer = requests.with(caller, "GET", "/metrics");
        assertThat(code(answer)).isEqualTo("403 FORBIDDEN");
        assertThat(answer.body())
                .contains(
                        "the key caller has the role invoke, which may call functions, read the records, logs and outputs")
                .contains("nothing else: this asks for a key of the role metrics");
    }

    @Test
    void refusesADeletedKeyAtOnceOnAnOpenConnection() {
        String second = make("second", Role.ADMIN, Optional.empty());
        assertThat(requests.with(second, "GET", "/v1/functions").statusCode()).isEqualTo(200);
        assertThat(requests.with(admin, "DELETE", "/v1/keys/second").statusCode())
                .isEqualTo(200);
        assertThat(code(requests.with(second, "GET", "/v1/functions"))).isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void refusesAKeyFromTheMomentAtWhichItExpires() {
        String brief = make("brief", Role.INVOKE, Optional.of(Duration.ofDays(1)));
        clock.turn(Duration.ofDays(1).minusMillis(1));
        assertThat(requests.with(brief, "POST", "/v1/functions/hello/invoke").statusCode())
                .isEqualTo(200);
        clock.turn(Duration.ofMillis(1));
        HttpResponse<String> answer = requests.with(brief, "POST", "/v1/functions/hello/invoke");
        assertThat(code(answer)).isEqualTo("401 UNAUTHENTICATED");
        assertThat(answer.body()).contains("has expired").doesNotContain(brief);
    }

    @Test
    void expiredKeysDoNotOpenTheApi() {
        String last = make("last", Role.ADMIN, Optional.of(Duration.ofDays(1)));
        assertThat(requests.with(last, "DELETE", "/v1/keys/root").statusCode()).isEqualTo(200);
        clock.turn(Duration.ofDays(2));
        assertThat(code(requests.send("GET", "/v1/functions"))).isEqualTo("401 UNAUTHENTICATED");
    }

    @Test
    void slowsWhoGuessesAndLetsWhoHasAKeyGoOn() {
        assertThat(requests.with(admin, "GET", "/v1/functions").statusCode()).isEqualTo(200);
        String fresh = make("fresh", Role.ADMIN, Optional.empty());
        for (int i = 0; i < TRIES; i++) {
            assertThat(code(requests.with(guess(i), "GET", "/v1/functions"))).isEqualTo("401 UNAUTHENTICATED");
        }
        clock.turn(Duration.ofSeconds(20));
        HttpResponse<String> slowed = requests.with(guess(TRIES), "GET", "/v1/functions");
        assertThat(code(slowed)).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(slowed.headers().firstValue("Retry-After")).contains("40");
        assertThat(code(requests.with(fresh, "GET", "/v1/functions")))
                .as("a lucky guess is not even looked at")
                .isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(requests.with(admin, "GET", "/v1/functions").statusCode()).isEqualTo(200);
        clock.turn(Duration.ofSeconds(40));
        assertThat(requests.with(fresh, "GET", "/v1/functions").statusCode()).isEqualTo(200);
    }

    private static String guess(int number) {
        return "hearth_%012x_%064x".formatted(number, number);
    }

    @Test
    void withoutAnyKeyALoopbackServerIsOpenAndAnotherIsNot() {
        Await.of(keys.delete("root", true));
        assertThat(requests.send("GET", "/v1/functions").statusCode()).isEqualTo(200);
        try (Requests reachable = new Requests(server(false))) {
            assertThat(code(reachable.send("GET", "/v1/functions"))).isEqualTo("401 UNAUTHENTICATED");
            assertThat(code(reachable.send("POST", "/v1/keys?name=thief"))).isEqualTo("401 UNAUTHENTICATED");
        }
    }

    @Test
    void theFirstKeyIsAnAdminsAndClosesTheApi() {
        Await.of(keys.delete("root", true));
        assertThat(code(requests.send("POST", "/v1/keys?name=first&role=invoke")))
                .isEqualTo("409 CONFLICT");
        HttpResponse<String> made = requests.send("POST", "/v1/keys?name=first");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(code(requests.send("GET", "/v1/keys"))).isEqualTo("401 UNAUTHENTICATED");
        assertThat(requests.with(new JsonObject(made.body()).getString("key"), "GET", "/v1/keys")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theLastAdminCannotDeleteHerselfOverTheApi() {
        make("caller", Role.INVOKE, Optional.empty());
        HttpResponse<String> answer = requests.with(admin, "DELETE", "/v1/keys/root");
        assertThat(code(answer)).isEqualTo("409 CONFLICT");
        assertThat(answer.body()).contains("hearth keys delete");
    }

    @Test
    void listsKeysWithoutTheirTexts() {
        String list = requests.with(admin, "GET", "/v1/keys").body();
        assertThat(list).contains("\"name\":\"root\"").contains("\"lastUsedAt\":\"2030-01-01T00:00:00Z\"");
        assertThat(list).doesNotContain(admin.substring(admin.length() - 64)).doesNotContain("digest");
    }

    @Test
    void refusesWhatNoKeyCanBe() {
        assertThat(code(requests.with(admin, "POST", "/v1/keys?name=a&role=god")))
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(code(requests.with(admin, "POST", "/v1/keys?name=a&namespace=other")))
                .isEqualTo("400 NOT_SUPPORTED");
        assertThat(code(requests.with(admin, "POST", "/v1/keys?name=root"))).isEqualTo("409 CONFLICT");
        assertThat(code(requests.with(admin, "POST", "/v1/keys?name=a&secret=b")))
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(code(requests.with(admin, "POST", "/v1/keys"))).isEqualTo("400 INVALID_REQUEST");
        assertThat(code(requests.with(admin, "POST", "/v1/keys?name=a&expires=0s")))
                .isEqualTo("400 INVALID_REQUEST");
        assertThat(code(requests.with(admin, "DELETE", "/v1/keys/nobody"))).isEqualTo("404 NOT_FOUND");
        for (int i = 0; i < 3; i++) {
            make("more" + i, Role.INVOKE, Optional.empty());
        }
        assertThat(code(requests.with(admin, "POST", "/v1/keys?name=toomany"))).isEqualTo("409 CONFLICT");
    }

    private static String code(HttpResponse<String> response) {
        return response.statusCode() + " "
                + new JsonObject(response.body()).getJsonObject("error").getString("code");
    }
}
