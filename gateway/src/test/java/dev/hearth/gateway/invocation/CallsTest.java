package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Limits;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Calls between a scheduler and a bus. */
final class CallsTest extends CallsBench {
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
    void sayWhatNoNodeHasWhileACallWaitsAndWhenItsTimeIsOver() throws Exception {
        on(() -> calls.submit(Samples.requiring(1, "gpu=true", 30, new Client(1))));
        on(() -> assertThat(calls.find(Samples.id(1)).orElseThrow().why())
                .isEqualTo("no node has the label gpu=true, as the function requires"));
        Promise<Void> later = Promise.promise();
        vertx.setTimer(60, ignored -> later.complete());
        Await.of(later.future());
        on(() -> calls.tick());
        assertThat(told()).isEqualTo("1 failed NO_CAPACITY NO");
        on(() -> assertThat(calls.find(Samples.id(1))
                        .orElseThrow()
                        .failure()
                        .orElseThrow()
                        .message())
                .isEqualTo("no room for f@1 within 30 ms in the queue (?queue=);"
                        + " no node has the label gpu=true, as the function requires"));
    }

    @Test
    void placeNothingOnANodeThatIsDrained() throws Exception {
        on(() -> calls.node(Samples.node(++statuses, true, 1), true));
        submit(1);
        on(() -> assertThat(calls.find(Samples.id(1)).orElseThrow().why())
                .isEqualTo("no node takes calls now (GET /v1/nodes says why)"));
        ready(true, 1);
        sent(Dispatch.class);
        on(() -> assertThat(calls.find(Samples.id(1)).orElseThrow().why()).isEmpty());
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
    void dropWhatIsSaidOfAnAttemptThatIsOverWhileTheCallWaitsForTheNext() throws Exception {
        submit(1);
        Dispatch first = sent(Dispatch.class);
        ready(false, 1);
        on(() -> calls.heard(new Refused(first.id(), 1, 9, "n", "no room")));

        answer(1, 1);
        assertThat(client).isEmpty();

        ready(true, 1);
        assertThat(sent(Dispatch.class).attempt()).isEqualTo(2);
        answer(1, 2);
        assertThat(told()).startsWith("1 answered");
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
