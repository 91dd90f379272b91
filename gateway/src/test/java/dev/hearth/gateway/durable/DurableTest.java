package dev.hearth.gateway.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordFilter;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous invocations from acceptance to record, over lives of the head. */
@Timeout(60)
class DurableTest {
    @TempDir
    Path folder;

    private Head head;

    StoreSettings store() {
        return Stores.sqlite(folder);
    }

    @BeforeEach
    void open() {
        head = new Head(Database.open(store()), 4);
    }

    @AfterEach
    void close() {
        head.close();
    }

    private void restart(int window) {
        head.close();
        head = new Head(Database.open(store()), window);
    }

    private static CallResult failed(ErrorCode code) {
        return new CallResult.Failed(Failure.during(code, "the reason"));
    }

    private String output(InvocationId id) {
        return Await.of(head.database.read(handle -> Outputs.read(handle, id, 0).orElse(Buffer.buffer())))
                .toString();
    }

    private boolean settle(InvocationId id) {
        return Await.of(head.database.write(handle -> DeadLetters.settle(handle, id)));
    }

    private JsonArray history(InvocationId id) {
        return Await.of(head.durable.more(head.record(id).orElseThrow())).getJsonArray("history");
    }

    @Test
    void runsACallAndKeepsItsRecordOutputAndLog() throws Exception {
        head.slots(1);
        InvocationId id = head.accept("event").id();
        Dispatch dispatch = head.dispatched();
        assertThat(dispatch.body()).hasToString("event");
        assertThat(dispatch.headers()).hasToString("a: b\n");
        assertThat(dispatch.contentType()).isEqualTo("text/plain");
        assertThat(head.record(id).orElseThrow().state()).isEqualTo(InvocationState.RUNNING);
        head.answer(dispatch, "done");
        InvocationRecord record = head.ended(id);
        assertThat(record.outcome()).isEqualTo("SUCCESS");
        InvocationRecord kept = head.record(id).orElseThrow();
        assertThat(kept.state()).isEqualTo(InvocationState.DONE);
        assertThat(kept.node()).isEqualTo("n");
        assertThat(kept.timings().run()).isEqualTo(5_000);
        assertThat(kept.attempts()).isOne();
        assertThat(kept.startedAt()).isPositive();
        assertThat(output(id)).isEqualTo("done");
        assertThat(Await.of(head.durable.log(id, 0)).orElseThrow().lines())
                .extracting("text")
                .containsExactly("attempt 1");
    }

    @Test
    void triesAgainAndKeepsEachAttemptWithItsCauseAndLog() throws Exception {
        head.slots(1);
        InvocationId id = head.accept("event").id();
        head.ends(head.dispatched(), failed(ErrorCode.FUNCTION_ERROR));
        Dispatch second = head.dispatched();
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.body()).hasToString("event");
        head.answer(second, "at last");
        assertThat(head.ended(id).outcome()).isEqualTo("SUCCESS");
        assertThat(history(id)).hasSize(2);
        assertThat(history(id).getJsonObject(0).getString("outcome")).isEqualTo("FUNCTION_ERROR");
        assertThat(history(id).getJsonObject(0).getJsonObject("cause").getString("message"))
                .isEqualTo("the reason");
        assertThat(Await.of(head.durable.log(id, 1)).orElseThrow().lines())
                .extracting("text")
                .containsExactly("attempt 1");
    }

    @Test
    void becomesADeadLetterWhenItsRetriesAreUsedUp() throws Exception {
        head.slots(1);
        InvocationId id = head.accept("event").id();
        for (int attempt = 1; attempt <= 3; attempt++) {
            head.ends(head.dispatched(), failed(ErrorCode.FUNCTION_ERROR));
        }
        InvocationRecord record = head.ended(id);
        assertThat(record.outcome()).isEqualTo("FUNCTION_ERROR");
        DeadLetters.Filter all = new DeadLetters.Filter(Optional.empty(), "", Optional.empty(), 10);
        List<InvocationId> dead = Await.of(head.database.read(handle -> DeadLetters.ids(handle, all)));
        assertThat(dead).containsExactly(id);
        DeadLetters.Letter letter = Await.of(head.database.read(handle -> DeadLetters.letter(handle, id)));
        assertThat(letter.event().body()).hasToString("event");
        assertThat(settle(id)).isTrue();
        assertThat(settle(id)).isFalse();
    }

    @Test
    void aRefusedPlacementIsNoAttempt() throws Exception {
        head.slots(1);
        InvocationId id = head.accept("event").id();
        Dispatch first = head.dispatched();
        head.send(first, new Refused(id, first.attempt(), first.epoch(), "n", "no room"));
        Dispatch second = head.dispatched();
        assertThat(second.attempt()).isEqualTo(2);
        head.answer(second, "done");
        head.ended(id);
        assertThat(history(id)).hasSize(1);
    }

    @Test
    void anOutcomeOfAnOlderAttemptChangesNothing() throws Exception {
        head.slots(1);
        InvocationId id = head.accept("event").id();
        Dispatch first = head.dispatched();
        head.ends(first, failed(ErrorCode.NODE_LOST));
        Dispatch second = head.dispatched();
        head.answer(first, "late");
        head.answer(second, "right");
        head.ended(id);
        assertThat(output(id)).isEqualTo("right");
    }

    @Test
    void feedsALongQueueInItsOrderThroughAShortWindow() throws Exception {
        List<InvocationId> accepted = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            accepted.add(head.accept("event " + i).id());
        }
        head.slots(1);
        List<InvocationId> ran = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Dispatch dispatch = head.dispatched();
            ran.add(dispatch.id());
            assertThat(dispatch.body()).hasToString("event " + i);
            head.answer(dispatch, "done");
        }
        assertThat(ran).isEqualTo(accepted);
        head.ended(accepted.getLast());
        assertThat(head.dispatches).isEmpty();
    }

    @Test
    void takesUpAfterAKillWhatWaitedAndWhatRan() throws Exception {
        head.slots(1);
        InvocationId running = head.accept("running").id();
        head.dispatched();
        InvocationId waiting = head.accept("waiting").id();
        InvocationId later =
                head.accept(Head.call("later", Head.terms(0, 1), 200, "")).id();

        restart(4);
        head.slots(1);
        Dispatch again = head.dispatched();
        assertThat(again.id()).isEqualTo(running);
        assertThat(again.attempt()).as("fenced off from the first").isEqualTo(2);
        head.answer(again, "done");
        for (InvocationId next : List.of(waiting, later)) {
            Dispatch dispatch = head.dispatched();
            assertThat(dispatch.id()).isEqualTo(next);
            head.answer(dispatch, "done");
        }
        head.ended(later);
        assertThat(head.ended(running).attempts()).isEqualTo(2);
        assertThat(history(running).getJsonObject(0).getString("outcome")).isEqualTo("NODE_LOST");
        assertThat(history(running).getJsonObject(0).getBoolean("countsAsRetry"))
                .isFalse();
    }

    @Test
    void waitsUntilItIsDue() throws Exception {
        head.slots(2);
        InvocationId later =
                head.accept(Head.call("later", Head.terms(0, 1), 400, "")).id();
        InvocationId now = head.accept("now").id();
        Dispatch first = head.dispatched();
        assertThat(first.id()).isEqualTo(now);
        head.answer(first, "done");
        Dispatch second = head.dispatched();
        assertThat(second.id()).isEqualTo(later);
        head.answer(second, "done");
        InvocationRecord record = head.ended(later);
        assertThat(record.dispatchedAt() - record.submittedAt()).isGreaterThanOrEqualTo(399);
    }

    @Test
    void isEndedByCancelWhileItWaitsAndWhileItRuns() throws Exception {
        head.slots(1);
        InvocationId running = head.accept("running").id();
        Dispatch dispatch = head.dispatched();
        InvocationId queued = head.accept("queued").id();
        InvocationId later =
                head.accept(Head.call("later", Head.terms(0, 1), 60_000, "")).id();

        for (InvocationId id : List.of(queued, later)) {
            assertThat(head.<Boolean>on(() -> head.durable.cancel(id))).isTrue();
            assertThat(head.ended(id).outcome()).isEqualTo("CANCELLED");
        }
        assertThat(head.<Boolean>on(() -> head.durable.cancel(running))).isTrue();
        assertThat(head.cancels.take().id()).isEqualTo(running);
        assertThat(head.record(running).orElseThrow().outcome()).isEmpty();
        head.ends(dispatch, failed(ErrorCode.CANCELLED));
        assertThat(head.ended(running).outcome()).isEqualTo("CANCELLED");
        assertThat(head.<Boolean>on(() -> head.durable.cancel(running))).isFalse();
        assertThat(head.dispatches).isEmpty();
    }

    @Test
    void makesOneInvocationOfOneIdempotencyKey() {
        Accepted first = head.accept(Head.call("event", Head.terms(0, 1), 0, "key"));
        Accepted second = head.accept(Head.call("event", Head.terms(0, 1), 0, "key"));
        assertThat(first.replayed()).isFalse();
        assertThat(second).isEqualTo(new Accepted(first.id(), true));
        HearthException conflict = catchThrowableOfType(
                HearthException.class, () -> head.accept(Head.call("other", Head.terms(0, 1), 0, "key")));
        assertThat(conflict.failure().code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(conflict.getMessage()).contains(first.id().toString());
    }

    @Test
    void refusesMoreThanTheQueueHolds() {
        for (int i = 0; i < 900; i++) {
            head.on(() -> head.durable.calls().accept(Head.call("event", Head.terms(0, 1), 0, "")));
        }
        HearthException full = catchThrowableOfType(HearthException.class, () -> head.accept("one more"));
        assertThat(full.failure().code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        assertThat(full.getMessage()).contains("900", "async.queue-per-function");
    }

    @Test
    void endsWhatWaitsForADeletedFunction() {
        head.revisions.clear();
        InvocationId id =
                head.accept(Head.call("event", Head.terms(0, 1), 50, "")).id();
        InvocationRecord record = head.ended(id);
        assertThat(record.outcome()).isEqualTo("FUNCTION_NOT_FOUND");
        assertThat(record.failure().orElseThrow().message()).contains("deleted");
    }

    @Test
    void expiresInTheQueueInMemoryAndOnDisk() {
        restart(2);
        List<InvocationId> ids = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            NewInvocation call = Head.call("event", Head.terms(0, 1), 0, "");
            ids.add(head.accept(new NewInvocation(
                            call.id(),
                            call.revision(),
                            call.event(),
                            call.submittedAt(),
                            call.dueAt(),
                            0,
                            call.submittedAt() + 300,
                            call.terms(),
                            ""))
                    .id());
        }
        for (InvocationId id : ids) {
            assertThat(head.ended(id).outcome()).isEqualTo("EXPIRED");
        }
    }

    @Test
    void keepsALongAnswerInPieces() throws Exception {
        head.slots(1);
        InvocationId id = head.accept("event").id();
        Dispatch dispatch = head.dispatched();
        Buffer part = Buffer.buffer(new byte[60_000]);
        head.ends(dispatch, new CallResult.Answered("text/plain", 600_000, part, true));
        for (int i = 1; i < 10; i++) {
            Chunk.End end = i == 9 ? Chunk.End.COMPLETE : Chunk.End.OPEN;
            head.send(dispatch, new Chunk(id, dispatch.attempt(), part, end));
        }
        assertThat(head.ended(id).bytesOut()).isEqualTo(600_000);
        int length = 0;
        for (int piece = 0; length < 600_000; piece++) {
            int number = piece;
            length += Await.of(head.database.read(handle -> Outputs.read(handle, id, number)))
                    .orElseThrow()
                    .length();
        }
        assertThat(length).isEqualTo(600_000);
    }

    @Test
    void listsRecordsByFunctionStateAndOutcome() throws Exception {
        head.slots(1);
        InvocationId good = head.accept("good").id();
        head.answer(head.dispatched(), "done");
        head.ended(good);
        InvocationId bad =
                head.accept(Head.call("bad", Head.terms(0, 1), 0, "")).id();
        head.ends(head.dispatched(), failed(ErrorCode.FUNCTION_ERROR));
        head.ended(bad);
        InvocationId waits =
                head.accept(Head.call("waits", Head.terms(0, 1), 60_000, "")).id();

        assertThat(list("", "", "")).containsExactly(waits, bad, good);
        assertThat(list("default/f", "DONE", "")).containsExactly(bad, good);
        assertThat(list("f", "DONE", "")).containsExactly(bad, good);
        assertThat(list("", "SCHEDULABLE", "")).containsExactly(waits);
        assertThat(list("", "", "FAILURE")).containsExactly(bad);
        assertThat(list("", "", "SUCCESS")).containsExactly(good);
        assertThat(list("default/g", "", "")).isEmpty();
    }

    private List<InvocationId> list(String function, String state, String outcome) {
        Optional<FunctionName> name =
                function.isEmpty() ? Optional.empty() : Optional.of(RecordFilter.function(function));
        RecordFilter filter = new RecordFilter(name, state, outcome, Optional.empty(), Optional.empty(), 10);
        return Await.of(head.durable.newest(filter)).stream()
                .map(InvocationRecord::id)
                .toList();
    }
}
