package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.error.Failure;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import dev.hearth.gateway.store.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A scheduler and a bus, both real, between which calls go; the test plays the node and the clients. */
@Timeout(60)
abstract class CallsBench {
    final Vertx vertx = Vertx.vertx();
    final Context loop = vertx.getOrCreateContext();
    final BlockingQueue<BusMessage> node = new LinkedBlockingQueue<>();
    final BlockingQueue<String> client = new LinkedBlockingQueue<>();
    final MeterRegistry registry = new SimpleMeterRegistry();
    Calls calls;
    long statuses;

    /** Writes down what its client is told. */
    final class Client implements Responder {
        private final int number;

        Client(int number) {
            this.number = number;
        }

        @Override
        public void answered(InvocationRecord record, CallResult.Answered answered) {
            client.add(number + " answered " + answered.body());
        }

        @Override
        public Future<Void> part(Buffer bytes) {
            client.add(number + " part " + bytes.length());
            return Future.succeededFuture();
        }

        @Override
        public void ended(InvocationRecord record, boolean complete) {
            client.add(number + (complete ? " whole" : " cut"));
        }

        @Override
        public void failed(InvocationRecord record, Failure failure, long retryAfterSeconds) {
            client.add(number + " failed " + failure.code() + " " + failure.ran());
        }
    }

    @BeforeEach
    void start() {
        BusCodec.register(vertx.eventBus(), true);
        vertx.eventBus().<BusMessage>consumer(BusAddress.invoker("n"), message -> node.add(message.body()));
        Scheduler scheduler = new Scheduler(SchedulerLimits.DEFAULT, PlacementPolicy.named("fcfs", 1));
        CallSettings settings = new CallSettings(
                "g",
                9,
                Duration.ofSeconds(1),
                100,
                1 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                2,
                Duration.ofMillis(100));
        calls = new Calls(
                scheduler,
                new CallBus(vertx),
                settings,
                new CallMeters(registry, 10, name -> true, ended -> {}),
                new Completions());
        ready(true, 1);
    }

    @AfterEach
    void close() {
        Await.of(vertx.close());
    }

    final void on(Runnable action) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(v -> {
            try {
                action.run();
                done.complete();
            } catch (Throwable failed) {
                done.fail(failed);
            }
        });
        Await.of(done.future());
    }

    final void ready(boolean ready, int slots) {
        on(() -> calls.node(Samples.node(++statuses, ready, slots), false));
    }

    final void submit(int number) {
        submit(number, new Client(number));
    }

    final void submit(int number, Responder responder) {
        on(() -> calls.submit(Samples.call(number, responder)));
    }

    <T> T sent(Class<T> type) throws InterruptedException {
        BusMessage message = node.poll(20, TimeUnit.SECONDS);
        assertThat(message).isInstanceOf(type);
        return type.cast(message);
    }

    String told() throws InterruptedException {
        String told = client.poll(20, TimeUnit.SECONDS);
        assertThat(told).isNotNull();
        return told;
    }

    final void outcome(int number, int attempt, CallResult result) {
        on(() -> calls.heard(
                new Outcome(Samples.id(number), attempt, 9, "n", result, StartKind.WARM, Timings.NONE, 1, "")));
    }

    final void answer(int number, int attempt) {
        outcome(number, attempt, new CallResult.Answered("text/plain", 2, Buffer.buffer("ok"), false));
    }
}
