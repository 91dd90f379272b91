package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that follow a log of a node that is lost, or that go away themselves. */
class LogFollowersTest {
    private static final Duration BEAT = Duration.ofMillis(5);
    private static final long SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    /** One at a time: who is not counted down keeps the next one out. */
    private final LogFollowers followers = new LogFollowers(vertx, BEAT, 1);

    private final AtomicInteger asked = new AtomicInteger();
    private final CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
    private final CompletableFuture<Void> followed = new CompletableFuture<>();
    private HttpClientAgent client;
    private volatile LogFollowers.Source source = (from, unfinished) -> lines(from, false);
    private volatile String last = "none";
    private int port;

    @BeforeEach
    void start() {
        client = vertx.createHttpClient();
        port = Await.of(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"))
                .actualPort();
    }

    /** Where the path says so the following begins only when the client has gone. */
    private void serve(HttpServerRequest request) {
        LogFollowers.Source counted = (from, unfinished) -> {
            asked.incrementAndGet();
            return source.from(from, unfinished);
        };
        if ("/late".equals(request.path())) {
            request.connection()
                    .closeHandler(gone -> vertx.runOnContext(ignored -> {
                        followers.follow(request, counted);
                        followed.complete(null);
                    }));
            arrived.complete(request);
        } else {
            followers.follow(request, counted);
        }
    }

    @AfterEach
    void stop() {
        Await.of(client.close());
        Await.of(vertx.close());
    }

    private static Future<LogReply> lines(int from, boolean ended) {
        return Future.succeededFuture(
                new LogReply(true, ended, 0, List.of(new LogReply.Line(1_000_000L * from, false, "line " + from))));
    }

    private static Future<LogReply> lost() {
        return Future.failedFuture(new HearthException(
                ErrorCode.NODE_LOST, "the log of invocation x is on node n, which does not answer: gone"));
    }

    private HttpClientResponse follow() {
        return Await.of(client.request(HttpMethod.GET, port, "127.0.0.1", "/").compose(request -> request.send()));
    }

    /** The whole answer; its body is asked for at once, before the first of it is thrown away. */
    private String text(String accept) {
        return Await.of(client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                        .compose(request -> request.putHeader("Accept", accept).send())
                        .compose(answer -> answer.body()))
                .toString();
    }

    @Test
    void aLogWhoseNodeIsLostEndsWithALineThatSaysSo() {
        source = (from, unfinished) -> from < 3 ? lines(from, false) : lost();
        assertThat(text("text/plain").lines())
                .containsExactly(
                        "line 0",
                        "line 1",
                        "line 2",
                        "NODE_LOST: the log of invocation x is on node n, which does not answer: gone");
        int before = asked.get();
        assertThat(text("application/json").lines())
                .as("the place is free again, and programs get a document")
                .last()
                .isEqualTo("{\"error\":{\"code\":\"NODE_LOST\",\"message\":\"the log of invocation x is on node n,"
                        + " which does not answer: gone\"}}");
        assertThat(asked.get()).as("the lost node is not asked again").isEqualTo(before + 4);
    }

    @Test
    void aCallThatEndsIsReadOnceMore() {
        source = (from, unfinished) -> unfinished
                ? Future.succeededFuture(
                        new LogReply(true, true, 2, List.of(new LogReply.Line(1, true, "the last words"))))
                : lines(from, from == 1);
        assertThat(text("text/plain").lines())
                .as("the node says itself where lines are missing")
                .containsExactly("line 0", "line 1", "the last words");
        assertThat(text("application/json").lines()).last().isEqualTo("{\"dropped\":2}");
    }

    @Test
    void aLogThatMadeRoomSaysHowManyLinesItHad() {
        source = (from, unfinished) -> Future.succeededFuture(new LogReply(false, true, 7, List.of()));
        assertThat(text("text/plain").lines())
                .containsExactly("(the 7 lines of this log made room: invoker.logs-bytes)");
    }

    @Test
    void aClientThatGoesAwayMakesPlaceForTheNext() {
        HttpClientResponse first = follow();
        assertThat(follow().statusCode()).isEqualTo(429);
        Await.of(first.request().connection().close());
        source = (from, unfinished) -> lost();
        eventuallyServed();
    }

    @Test
    void aClientThatWentAwayBeforeItsLogWasThereTakesNoPlace() throws Exception {
        HttpClientRequest request = Await.of(client.request(HttpMethod.GET, port, "127.0.0.1", "/late"));
        Future<HttpClientResponse> never = request.send();
        arrived.get(SECONDS, TimeUnit.SECONDS);
        Await.of(request.connection().close());
        assertThat(never.toCompletionStage().toCompletableFuture()).failsWithin(Duration.ofSeconds(SECONDS));
        followed.get(SECONDS, TimeUnit.SECONDS);
        source = (from, unfinished) -> lost();
        eventuallyServed();
    }

    /** The server hears of a client's going a moment later. */
    private void eventuallyServed() {
        CompletableFuture<String> served = new CompletableFuture<>();
        attempt(served);
        assertThat(served)
                .as(() -> "the last answer: " + last)
                .succeedsWithin(Duration.ofSeconds(SECONDS))
                .asString()
                .startsWith("NODE_LOST: ");
    }

    private void attempt(CompletableFuture<String> served) {
        client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.putHeader("Accept", "text/plain").send())
                .compose(answer -> answer.body().onSuccess(body -> {
                    last = answer.statusCode() + " " + body;
                    if (answer.statusCode() == 200) {
                        served.complete(body.toString());
                    } else {
                        vertx.setTimer(BEAT.toMillis(), ignored -> attempt(served));
                    }
                }))
                .onFailure(served::completeExceptionally);
    }
}
