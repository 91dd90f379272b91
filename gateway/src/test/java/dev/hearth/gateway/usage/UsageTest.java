package dev.hearth.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.UsageReply;
import dev.hearth.common.bus.UsageReport;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.http.HttpLimits;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the ends of calls and the reports of nodes to the answers, over a database and HTTP. */
@Timeout(60)
class UsageTest {
    private static final Prices PRICES =
            new Prices("EUR", new BigDecimal("0.5"), new BigDecimal("0.001"), BigDecimal.ZERO, BigDecimal.ZERO);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Instant now = Samples.NOON;
    private Database database;
    private Usage usage;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        BusCodec.register(vertx.eventBus(), true);
        open(PRICES);
    }

    private void open(Prices prices) {
        database = Database.open(StoreSettings.in(folder));
        UsageSettings settings = new UsageSettings(Duration.ofHours(1), Duration.ofDays(400), 100, prices);
        usage = new Usage(context, database, settings, () -> now);
        on(usage::start);
    }

    @AfterEach
    void end() {
        client.close();
        Await.of(vertx.close());
        database.close();
    }

    private <T> T on(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(ignored -> work.get().onComplete(done));
        return Await.of(done.future());
    }

    private void ended(InvocationRecord record) {
        on(() -> {
            usage.ended(record);
            return Future.succeededFuture();
        });
    }

    private void ran(String function, Duration run) {
        ended(Samples.ran(function, StartKind.WARM, run, now));
    }

    private HttpResponse<String> get(String query, String accept) throws Exception {
        ApiServer server = new ApiServer(
                HttpLimits.DEFAULT,
                SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                request -> {},
                List.of(usage.routes()));
        String id = Await.of(vertx.deployVerticle(server));
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/v1/usage" + query);
        HttpResponse<String> answer =
                client.send(HttpRequest.newBuilder(uri).header("Accept", accept).build(), BodyHandlers.ofString());
        Await.of(vertx.undeploy(id));
        return answer;
    }

    private JsonObject json(String query) throws Exception {
        HttpResponse<String> answer = get(query, "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private void report(long sequence, long cpuMicros) {
        UsageReport report = new UsageReport(
                "n",
                1,
                sequence,
                List.of(new UsageReport.Entry(
                        RevisionId.next(), FunctionName.inDefault("f"), cpuMicros, (1L << 30) * 2_000)));
        BusMessage reply = Await.of(vertx.eventBus().<BusMessage>request(BusAddress.USAGE, report, BusCodec.options()))
                .body();
        assertThat(reply).isEqualTo(new UsageReply(sequence));
    }

    @Test
    void showsWhatCallsAndNodesUsedAsSoonAsTheyHaveTold() throws Exception {
        ran("f", Duration.ofSeconds(8));
        report(1, 1_500_000);
        report(1, 1_500_000);

        JsonObject row = json("").getJsonArray("rows").getJsonObject(0);

        assertThat(row.getString("function")).isEqualTo("f");
        assertThat(row.getDouble("gbSeconds")).isEqualTo(2.0);
        assertThat(row.getDouble("cpuSeconds"))
                .as("the second report is the first again")
                .isEqualTo(1.5);
        assertThat(row.getDouble("idleGbSeconds")).isEqualTo(2.0);
        assertThat(row.getJsonObject("starts").getLong("warm")).isEqualTo(1);
        assertThat(row.getString("cost")).as("idle time is not in it").isEqualTo("1.001");
    }

    @Test
    void sumsOutliveTheProcess() throws Exception {
        ran("f", Duration.ofSeconds(4));
        on(usage::stop);
        database.close();
        open(PRICES);
        ran("f", Duration.ofSeconds(4));

        assertThat(json("").getJsonObject("total").getDouble("gbSeconds")).isEqualTo(2.0);
    }

    @Test
    void groupsByFunctionDayAndMonth() throws Exception {
        ran("f", Duration.ofSeconds(1));
        ran("g", Duration.ofSeconds(3));
        now = Instant.parse("2026-11-23T00:00:01Z");
        ran("f", Duration.ofSeconds(1));
        now = Instant.parse("2026-12-01T10:00:00Z");
        ran("f", Duration.ofSeconds(1));

        String span = "?from=2026-11&to=2026-12";
        assertThat(names(json(span), "function")).containsExactly("f", "g");
        assertThat(names(json(span + "&by=day"), "day")).containsExactly("2026-11-22", "2026-11-23", "2026-12-01");
        assertThat(names(json(span + "&by=month"), "month")).containsExactly("2026-11", "2026-12");
        assertThat(names(json(span + "&by=day&function=g"), "day")).containsExactly("2026-11-22");
        assertThat(json("?from=2026-11-23&to=2026-11-30").getJsonObject("total").getLong("invocations"))
                .isEqualTo(1);
        JsonObject cut = json(span + "&limit=1");
        assertThat(names(cut, "function")).containsExactly("f");
        assertThat(cut.getBoolean("more")).isTrue();
        assertThat(cut.getJsonObject("total").getLong("invocations")).isEqualTo(4);
    }

    private static List<String> names(JsonObject answer, String key) {
        return answer.getJsonArray("rows").stream()
                .map(row -> ((JsonObject) row).getString(key))
                .toList();
    }

    @Test
    void answersInThreeForms() throws Exception {
        ran("f", Duration.ofSeconds(8));

        HttpResponse<String> csv = get("", "text/csv");
        assertThat(csv.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
        assertThat(csv.body())
                .isEqualTo("namespace,function,invocations,failures,cold,prewarmed,warm,gb_seconds,cpu_seconds,"
                        + "bytes_in,bytes_out,network_in,network_out,idle_gb_seconds,cost,currency\n"
                        + "default,f,1,0,0,0,1,2.000000,0.000000,10,20,30,40,0.000000,1.001,EUR\n");
        assertThat(get("", "text/plain").body()).contains("FUNCTION", "COST EUR", "total", "it is not billed");
        assertThat(json("").getJsonObject("prices").getString("gbSecond")).isEqualTo("0.5");
    }

    @Test
    void saysNothingOfCostsWithoutPrices() throws Exception {
        database.close();
        open(Samples.FREE);
        ran("f", Duration.ofSeconds(8));

        assertThat(json("").encode()).doesNotContain("cost", "prices");
        assertThat(get("", "text/csv").body()).doesNotContain("cost", "EUR");
        assertThat(get("", "text/plain").body()).doesNotContain("COST");
    }

    @Test
    void refusesAWrongQuestion() throws Exception {
        HttpResponse<String> answer = get("?by=week", "application/json");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("by must be day, function or month");
    }

    @Test
    void keepsWhatCouldNotBeStoredAndStoresItLater() throws Exception {
        ran("f", Duration.ofSeconds(4));
        rename("usage_day", "elsewhere");
        assertThat(get("", "application/json").statusCode()).isEqualTo(500);
        ran("f", Duration.ofSeconds(4));
        rename("elsewhere", "usage_day");

        assertThat(json("").getJsonObject("total").getDouble("gbSeconds")).isEqualTo(2.0);
    }

    private void rename(String from, String to) {
        Await.of(database.write(handle -> handle.execute("ALTER TABLE " + from + " RENAME TO " + to)));
    }

    @Test
    void forgetsDaysThatAreTooOld() throws Exception {
        ran("f", Duration.ofSeconds(1));
        now = now.plus(Duration.ofDays(1));
        ran("f", Duration.ofSeconds(1));
        on(usage::stop);
        now = now.plus(Duration.ofDays(400));
        database.close();
        open(PRICES);

        // The start has ordered it; the writer takes one piece of work after the other.
        Await.of(database.write(handle -> handle.execute("UPDATE usage_day SET cold = cold")));
        assertThat(names(json("?from=2026-01&to=2028-01&by=day"), "day")).containsExactly("2026-11-23");
    }
}
