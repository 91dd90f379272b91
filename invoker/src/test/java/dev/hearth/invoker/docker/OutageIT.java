package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.docker.EngineFault.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of calls when the engine hangs, is not there, or comes and goes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class OutageIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final EngineLimits LIMITS =
            new EngineLimits(4, 2, 1, 8, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, Duration.ofMillis(50));
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    private Path socket;
    private DockerEngine engine;

    @BeforeEach
    void connect() {
        socket = folder.resolve("engine.sock");
        engine = new DockerEngine(vertx, URI.create("unix://" + socket), LIMITS, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        engine.close();
        Await.result(vertx.close());
    }

    @Test
    void failsInTimeOnAnEngineThatNeverAnswersAndKeepsNoThread() throws IOException {
        try (FrontDoor door = FrontDoor.hanging(socket)) {
            long start = System.nanoTime();
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(engine.list("a", "b"));
                calls.add(engine.kill("x"));
            }
            for (Future<?> call : calls) {
                assertThat(Await.fault(call).kind()).isEqualTo(Kind.TIMED_OUT);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            Await.result(ended());
            assertThat(door.open()).isLessThanOrEqualTo(LIMITS.connections());
        }
    }

    @Test
    void hangsNoThreadAfterTheVersionIsKnownEither() throws IOException {
        try (FrontDoor door = FrontDoor.to(socket, engineSocket())) {
            Await.result(engine.ping());
            door.hang();
            for (int i = 0; i < 20; i++) {
                assertThat(Await.fault(engine.ping()).kind()).isEqualTo(Kind.TIMED_OUT);
                assertThat(Await.fault(engine.pull("127.0.0.1:9/x")).kind()).isEqualTo(Kind.TIMED_OUT);
            }
            Await.result(ended());
            door.goOn();
            Await.result(engine.ping());
        }
    }

    @Test
    void refusesCallsBeyondItsBound() throws IOException {
        try (FrontDoor door = FrontDoor.hanging(socket)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 13; i++) {
                calls.add(engine.ping());
            }
            assertThat(Await.fault(calls.get(12)).kind()).isEqualTo(Kind.REFUSED);
            assertThat(Await.fault(calls.get(11)).kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(door.open()).isLessThanOrEqualTo(LIMITS.connections());
        }
    }

    @Test
    void saysThatTheEngineIsAbsentAndIsBackWhenItComes() throws IOException {
        EngineFault fault = Await.fault(engine.ping());
        assertThat(fault.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(fault.getMessage()).contains("is it running");
        try (FrontDoor door = FrontDoor.to(socket, engineSocket())) {
            Await.result(engine.ping());
            door.cut();
        }
        Files.deleteIfExists(socket);
        assertThat(Await.fault(engine.ping()).kind()).isEqualTo(Kind.UNREACHABLE);
        try (FrontDoor _ = FrontDoor.to(socket, engineSocket())) {
            Await.result(engine.ping());
        }
    }

    @Test
    void tellsOfEachOutageOnceAndOfItsEnd() throws IOException {
        Heard heard = new Heard();
        try (var _ = engine.watch("hearth.test", "outage", heard::add)) {
            assertThat(Await.result(heard.next())).isInstanceOf(EngineEvent.EngineLost.class);
            try (FrontDoor door = FrontDoor.to(socket, engineSocket())) {
                assertThat(Await.result(heard.next())).isInstanceOf(EngineEvent.EngineBack.class);
                door.hang();
                assertThat(Await.result(heard.next())).isInstanceOf(EngineEvent.EngineLost.class);
                door.goOn();
                assertThat(Await.result(heard.next())).isInstanceOf(EngineEvent.EngineBack.class);
                door.cut();
            }
            Files.deleteIfExists(socket);
            assertThat(Await.result(heard.next())).isInstanceOf(EngineEvent.EngineLost.class);
            try (FrontDoor _ = FrontDoor.to(socket, engineSocket())) {
                assertThat(Await.result(heard.next())).isInstanceOf(EngineEvent.EngineBack.class);
            }
        }
    }

    private static Path engineSocket() {
        return Path.of(DockerEngine.USUAL_SOCKET.getPath());
    }

    /** Done when no call's thread is left. */
    private Future<Void> ended() {
        Promise<Void> none = Promise.promise();
        vertx.setPeriodic(10, id -> {
            if (engine.pending() == 0) {
                vertx.cancelTimer(id);
                none.tryComplete();
            }
        });
        return none.future();
    }

    /** Events in their order, each taken once. */
    private static final class Heard {
        private final ConcurrentLinkedQueue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Promise<EngineEvent>> waiting = new ConcurrentLinkedQueue<>();

        synchronized void add(EngineEvent event) {
            Promise<EngineEvent> first = waiting.poll();
            if (first == null) {
                events.add(event);
            } else {
                first.complete(event);
            }
        }

        synchronized Future<EngineEvent> next() {
            EngineEvent first = events.poll();
            if (first != null) {
                return Future.succeededFuture(first);
            }
            Promise<EngineEvent> promise = Promise.promise();
            waiting.add(promise);
            return promise.future();
        }
    }
}
