package dev.hearth.gateway.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.Stores;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous invocations of one head that another takes over, while the first still acts on what it remembers. */
@Timeout(90)
final class TwoHeadsPostgresIT {
    @TempDir
    Path folder;

    private Head first;
    private Head second;

    @BeforeEach
    void open() {
        first = new Head(Database.open(Stores.postgres(folder, "first")), 4);
        second = new Head(Database.open(Stores.postgres(folder, "second")), 4);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    /** As one step of a take-over does it. */
    private static int takeOver(Head heir, String from, int most) {
        return heir.on(() -> heir.database
                .write(handle -> heir.durable.move(handle, from, most))
                .onSuccess(heir.durable::takenOver)
                .map(List::size));
    }

    @Test
    void eachHeadRunsItsOwnAndNotThoseOfTheOther() throws Exception {
        InvocationId mine = first.accept("a").id();
        InvocationId other = second.accept("b").id();
        first.slots(5);
        second.slots(5);

        Dispatch ofFirst = first.dispatched();
        Dispatch ofSecond = second.dispatched();

        assertThat(List.of(ofFirst.id(), ofSecond.id())).containsExactly(mine, other);
        first.answer(ofFirst, "A");
        second.answer(ofSecond, "B");
        assertThat(first.ended(mine).outcome()).isEqualTo("SUCCESS");
        assertThat(second.ended(other).outcome()).isEqualTo("SUCCESS");
        assertThat(second.record(mine).map(InvocationRecord::outcome)).contains("SUCCESS");
        assertThat(Await.of(second.durable.ended(List.of(mine, other))).keySet())
                .isEqualTo(Set.of(mine, other));
    }

    @Test
    void whatIsTakenOverEndsOnceWhateverTheOldHeadStillHears() throws Exception {
        List<InvocationId> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(first.accept("e" + i).id());
        }
        first.slots(1);
        Dispatch old = first.dispatched();

        assertThat(takeOver(second, "first", 7)).isEqualTo(7);
        assertThat(takeOver(second, "first", 7)).isEqualTo(3);
        assertThat(takeOver(second, "first", 7)).isZero();
        first.answer(old, "late");
        second.slots(20);
        Set<InvocationId> dispatched = new HashSet<>();
        for (int i = 0; i < ids.size(); i++) {
            Dispatch dispatch = second.dispatched();
            assertThat(dispatched.add(dispatch.id())).isTrue();
            assertThat(dispatch.attempt()).isEqualTo(dispatch.id().equals(old.id()) ? 2 : 1);
            second.answer(dispatch, "right");
        }

        for (InvocationId id : ids) {
            assertThat(second.ended(id).outcome()).isEqualTo("SUCCESS");
        }
        InvocationRecord record = second.record(old.id()).orElseThrow();
        assertThat(record.attempts()).isEqualTo(2);
        assertThat(record.bytesOut()).isEqualTo("right".length());
    }

    @Test
    void aHeadThatReadsAgainForgetsWhatItLostAndKeepsWhatItAccepts() throws Exception {
        List<InvocationId> lost =
                List.of(first.accept("a").id(), first.accept("b").id());
        assertThat(takeOver(second, "first", 100)).isEqualTo(2);
        InvocationId kept = first.accept("c").id();
        first.on(() -> {
            first.durable.reread();
            return Future.succeededFuture();
        });
        InvocationId fresh = first.accept("d").id();

        first.slots(10);
        second.slots(10);
        for (int i = 0; i < 2; i++) {
            Dispatch dispatch = first.dispatched();
            assertThat(dispatch.id()).isIn(kept, fresh);
            first.answer(dispatch, "x");
            Dispatch taken = second.dispatched();
            assertThat(taken.id()).isIn(lost);
            second.answer(taken, "x");
        }
        for (InvocationId id : List.of(kept, fresh)) {
            assertThat(first.ended(id).outcome()).isEqualTo("SUCCESS");
        }
        for (InvocationId id : lost) {
            assertThat(second.ended(id).outcome()).isEqualTo("SUCCESS");
        }
        assertThat(first.on(() -> Future.succeededFuture(first.durable.calls().queued(Head.REVISION.function()))))
                .isZero();
    }

    @Test
    void onlyTheOwnerCancels() throws Exception {
        InvocationId id = first.accept("a").id();

        assertThat(second.on(() -> second.durable.cancel(id))).isFalse();
        assertThat(first.on(() -> first.durable.cancel(id))).isTrue();
        assertThat(first.ended(id).outcome()).isEqualTo("CANCELLED");
    }
}
