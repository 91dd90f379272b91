package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.http.BodyBudget;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import dev.hearth.gateway.store.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One client may wait at a time; the invocation that it waits for never ends. */
@Timeout(60)
class WaitRoutesTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Completions completions = new Completions();
    private HttpServer server;

    /** Nothing is on disk. */
    private static final class Empty implements Archive {
        @Override
        public Future<Map<InvocationId, InvocationRecord>> find(Collection<InvocationId> ids) {
            return Future.succeededFuture(Map.of());
        }

        @Override
        public Future<Map<InvocationId, InvocationRecord>> ended(Collection<InvocationId> ids) {
            return Future.succeededFuture(Map.of());
        }

        @Override
        public Future<List<InvocationRecord>> newest(RecordFilter filter) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<JsonObject> more(InvocationRecord record) {
            return Future.succeededFuture(new JsonObject());
        }

        @Override
        public Future<Optional<LogReply>> log(InvocationId id, int attempt) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Boolean> cancel(InvocationId id) {
            return Future.succeededFuture(false);
        }
    }

    @BeforeEach
    void start() {
        BusCodec.register(vertx.eventBus(), true);
        Calls calls = new Calls(
                new Scheduler(SchedulerLimits.DEFAULT, PlacementPolicy.named("fcfs", 1)),
                new CallBus(vertx),
                new CallSettings(
                        "g",
                        9,
                        Duration.ofSeconds(1),
                        100,
                        1 << 20,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        2,
                        Duration.ofMillis(100)),
                new CallMeters(new SimpleMeterRegistry(), 10, name -> true, ended -> {}),
                completions);
        BodyReader bodies = new BodyReader(
                vertx,
                new BodyReader.Rules(
                        new BodyBudget(Bytes.ofMiB(1), "a setting"), Bytes.ZERO, Duration.ofMinutes(1), Bytes.ZERO));
        WaitBounds bounds = new WaitBounds(1, 10, Duration.ofMinutes(5), Duration.ofSeconds(1), Bytes.ofKiB(64));
        Router router = Router.router(vertx);
        new WaitRoutes(vertx, loop, calls, new Empty(), bodies, bounds).addTo(router);
        server = vertx.createHttpServer()
                .connectionHandler(connection -> connection.closeHandler(ignored -> closed.add("closed")))
                .requestHandler(router);
        Await.of(server.listen(0, "127.0.0.1"));
        on(() -> calls.submit(Samples.call(1, Responder.NOBODY)));
    }

    @AfterEach
    void end() {
        Await.of(vertx.close());
    }

    private void on(Runnable action) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(ignored -> {
            action.run();
            done.complete();
        });
        Await.of(done.future());
    }

    private NetSocket ask(String document) {
        NetSocket client = Await.of(vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"));
        client.handler(answer -> answers.add(answer.toString()));
        Buffer request = Buffer.buffer("POST /v1/invocations/wait HTTP/1.1\r\nHost: here\r\nContent-Length: "
                + document.length() + "\r\n\r\n" + document);
        // Who is refused may be answered and hung up on before the client hears that all was written.
        client.write(request).otherwiseEmpty();
        return client;
    }

    private String answer() throws InterruptedException {
        String answer = answers.poll(20, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        return answer;
    }

    private void awaitListeners(int count) {
        int[] now = {-1};
        while (now[0] != count) {
            on(() -> now[0] = completions.waiting());
        }
    }

    @Test
    void whoeverCountsConnectionsHearsOfTheEndOfThoseThatWaited() throws Exception {
        NetSocket client = ask("{\"ids\": []}");
        assertThat(answer()).contains("200 OK", "\"timedOut\":false");
        client.close();
        assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    @Test
    void aClientThatGoesAwayGivesItsPlaceToTheNext() throws Exception {
        String never = "{\"ids\": [\"" + Samples.id(1) + "\"], \"timeout\": \"5m\"}";
        NetSocket first = ask(never);
        awaitListeners(1);
        NetSocket second = ask(never);
        assertThat(answer()).contains("429", "invocations.waiters");
        second.close();
        first.close();
        awaitListeners(0);
        ask("{\"ids\": [\"" + Samples.id(1) + "\"], \"timeout\": \"50ms\"}");
        assertThat(answer())
                .contains("200 OK", "\"timedOut\":true", Samples.id(1).toString());
    }
}
