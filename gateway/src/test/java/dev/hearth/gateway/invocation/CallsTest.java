package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Limits;
import dev.hearth.common.invocation.InvocationState;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls between a scheduler and a bus, both real; the test plays the node and the clients. */
@Timeout(60)
class CallsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingQueue<BusMessage> node = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> client = new LinkedBlockingQueue<>();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private Calls calls;
    private long statuses;

    /** Writes down what its client is told. */
    private final class Client implements Responder {
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
                "g", 9, 100, 1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(30), 2, Duration.ofMillis(100));
        calls = new Calls(
                scheduler,
                new CallBus(vertx.eventBus()),
                settings,
                new CallMeters(registry, 10, name -> true, ended -> {}),
                new Completions());
        ready(true, 1);
    }

    @AfterEach
    void close() {
        Await.of(vertx.close());
    }

    private void on(Runnable action) {
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

    private void ready(boolean ready, int slots) {
        on(() -> calls.node(Samples.node(++statuses, ready, slots)));
    }

    private void submit(int number) {
        submit(number, new Client(number));
    }

    private void submit(int number, Responder responder) {
        on(() -> calls.submit(Samples.call(number, responder)));
    }

    private <T> T sent(Class<T> type) throws InterruptedException {
        BusMessage message = node.poll(20, TimeUnit.SECONDS);
        assertThat(message).isInstanceOf(type);
        return type.cast(message);
    }

    private String told() throws InterruptedException {
        String told = client.poll(20, TimeUnit.SECONDS);
        assertThat(told).isNotNull();
        return told;
    }

    private void outcome(int number, int attempt, CallResult result) {
        on(() -> calls.heard(
                new Outcome(Samples.id(number), attempt, 9, "n", result, StartKind.WARM, Timings.NONE, 1, "")));
    }

    private void answer(int number, int attempt) {
        outcome(number, attempt, new CallResult.Answered("text/plain", 2, Buffer.buffer("ok"), false));
    }

    @Test
    void passACallToTheNodeAndItsAnswerBack() throws Exception {
        submit(1);
        Dispatch dispatch = sent(Dispatch.class);
        assertThat(dispatch.body()).isEqualTo(Buffer.buffer("event"));
        assertThat(dispatch.attempt()).isOne();
        on(() -> assertThat(calls.find(Samples.id(1)).orElseThrow().state()).isEqualTo(InvocationState.RUNNING));

        answer(1, 1);

        assertThat(told()).isEqualTo("1 answered ok");
        on(() -> {
            assertThat(calls.inFlight()).isZero();
            assertThat(calls.find(Samples.id(1)).orElseThrow().outcome()).isEqualTo("SUCCESS");
        });
    }

    @Test
    void dropWhatComesForACallThatEndedOrForAnOlderAttempt() throws Exception {
        submit(1);
        sent(Dispatch.class);
        on(() -> calls.heard(new Refused(Samples.id(1), 1, 9, "n", "no room")));
        ready(true, 2);
        assertThat(sent(Dispatch.class).attempt()).isEqualTo(2);

        answer(1, 1);
        on(() -> assertThat(calls.inFlight()).isOne());
        answer(1, 2);
        answer(1, 2);

        assertThat(told()).isEqualTo("1 answered ok");
        on(() -> assertThat(client).isEmpty());
    }

    @Test
    void keepARefusedCallInItsPlace() throws Exception {
        submit(1);
        submit(2);
        sent(Dispatch.class);

        on(() -> calls.heard(new Refused(Samples.id(1), 1, 9, "n", "no room")));
        on(() -> assertThat(calls.find(Samples.id(1)).orElseThrow().state()).isEqualTo(InvocationState.SCHEDULABLE));
        ready(true, 3);

        assertThat(sent(Dispatch.class).id()).isEqualTo(Samples.id(1));
        assertThat(sent(Dispatch.class).id()).isEqualTo(Samples.id(2));
    }

    @Test
    void freeTheSlotAlsoWhenTheClientCannotBeAnswered() throws Exception {
        Responder broken = new Responder() {
            @Override
            public void answered(InvocationRecord record, CallResult.Answered answered) {
                throw new IllegalArgumentException("a header that HTTP does not allow");
            }

            @Override
            public Future<Void> part(Buffer bytes) {
                return Future.succeededFuture();
            }

            @Override
            public void ended(InvocationRecord record, boolean complete) {
                throw new IllegalStateException("the response was reset");
            }

            @Override
            public void failed(InvocationRecord record, Failure failure, long retryAfterSeconds) {
                throw new IllegalStateException("the response was reset");
            }
        };
        submit(1, broken);
        submit(2, broken);
        submit(3);
        sent(Dispatch.class);

        answer(1, 1);
        assertThat(sent(Dispatch.class).id()).isEqualTo(Samples.id(2));
        outcome(2, 1, new CallResult.Failed(Failure.during(ErrorCode.FUNCTION_ERROR, "raised")));
        assertThat(sent(Dispatch.class).id()).isEqualTo(Samples.id(3));
        answer(3, 1);

        assertThat(told()).isEqualTo("3 answered ok");
    }

    @Test
    void sendALargeEventOnlyAsFarAsTheCreditGoes() throws Exception {
        int size = BusAddress.WINDOW + 100_000;
        on(() -> calls.submit(Samples.call(1, Buffer.buffer(new byte[size]), new Client(1))));
        Dispatch head = sent(Dispatch.class);
        assertThat(head.more()).isTrue();
        int seen = head.body().length();
        while (seen < BusAddress.WINDOW) {
            Chunk chunk = sent(Chunk.class);
            assertThat(chunk.end()).isEqualTo(Chunk.End.OPEN);
            seen += chunk.bytes().length();
        }
        on(() -> assertThat(node).isEmpty());

        on(() -> calls.heard(new Credit(Samples.id(1), 1, 100_000)));

        Chunk.End end = Chunk.End.OPEN;
        while (end == Chunk.End.OPEN) {
            Chunk chunk = sent(Chunk.class);
            seen += chunk.bytes().length();
            end = chunk.end();
        }
        assertThat(seen).isEqualTo(size);
        assertThat(end).isEqualTo(Chunk.End.COMPLETE);
    }

    @Test
    void passAnAnswerInPartsWithCreditForEach() throws Exception {
        submit(1);
        sent(Dispatch.class);
        outcome(1, 1, new CallResult.Answered("text/plain", -1, Buffer.buffer("head"), true));
        on(() -> calls.heard(new Chunk(Samples.id(1), 1, Buffer.buffer("more"), Chunk.End.OPEN)));
        on(() -> calls.heard(new Chunk(Samples.id(1), 1, Buffer.buffer(), Chunk.End.BROKEN)));

        assertThat(told()).isEqualTo("1 answered head");
        assertThat(told()).isEqualTo("1 part 4");
        assertThat(told()).isEqualTo("1 part 4");
        assertThat(told()).isEqualTo("1 cut");
        assertThat(sent(Credit.class).bytes()).isEqualTo(4);
        assertThat(sent(Credit.class).bytes()).isEqualTo(4);
        on(() -> assertThat(calls.find(Samples.id(1)).orElseThrow().outcome()).isEqualTo("FUNCTION_CRASHED"));
    }

    @Test
    void tellAnAnswerOfUnknownLengthThatIsTooLargeFromOneThatDied() throws Exception {
        int egress = (int) Limits.DEFAULT.egress().value();
        for (Object[] each : new Object[][] {
            {1, -1L, egress - 60_000, "EGRESS_EXCEEDED"},
            {2, -1L, egress / 2, "FUNCTION_CRASHED"},
            {3, (long) egress, egress - 60_000, "FUNCTION_CRASHED"}
        }) {
            int number = (int) each[0];
            submit(number);
            sent(Dispatch.class);
            outcome(
                    number,
                    1,
                    new CallResult.Answered("", (long) each[1], Buffer.buffer(new byte[(int) each[2]]), true));
            on(() -> calls.heard(new Chunk(Samples.id(number), 1, Buffer.buffer(), Chunk.End.BROKEN)));
            sent(Credit.class);
            on(() -> assertThat(calls.find(Samples.id(number)).orElseThrow().outcome())
                    .isEqualTo(each[3]));
        }
    }

    @Test
    void endWithNodeLostWhenTheirNodeIs() throws Exception {
        submit(1);
        submit(2);
        sent(Dispatch.class);

        on(() -> calls.nodeLost("n", "silent"));

        assertThat(told()).isEqualTo("1 failed NODE_LOST UNKNOWN");
        on(() -> assertThat(calls.inFlight()).as("the queued one waits on").isOne());
    }

    @Test
    void waitWhileNoNodeIsReady() throws Exception {
        ready(false, 1);
        submit(1);
        on(() -> assertThat(node).isEmpty());

        ready(true, 1);

        assertThat(sent(Dispatch.class).id()).isEqualTo(Samples.id(1));
    }

    @Test
    void allEndWhenTheGatewayStopsAndNoneIsTakenAfterwards() throws Exception {
        submit(1);
        submit(2);
        sent(Dispatch.class);

        on(() -> calls.shutDown());
        submit(3);

        assertThat(java.util.List.of(told(), told()))
                .containsExactlyInAnyOrder("1 failed SHUTTING_DOWN UNKNOWN", "2 failed SHUTTING_DOWN NO");
        assertThat(told()).isEqualTo("3 failed SHUTTING_DOWN NO");
        on(() -> assertThat(node).isEmpty());
    }
}
