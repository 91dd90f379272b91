package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.Chunk;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Ran;
import dev.hearth.invoker.sidechannel.Hello;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConcurrentCallsTest extends ContainerRig {
    @BeforeEach
    void severalAtOnce() throws Exception {
        revision = Samples.revision(3, "");
        warm();
    }

    @Test
    void answersCallsInAnyOrder() throws Exception {
        run("first", false);
        run("second", false);
        assertThat(fake.runtime.expect(RUN).id()).isEqualTo(1);
        assertThat(fake.runtime.expect(RUN).id()).isEqualTo(2);

        fake.runtime.answer(2, "text/plain", 1, false, "b");
        fake.runtime.answer(1, "text/plain", 1, false, "a");

        assertThat(List.of(told(), told(), told(), told()))
                .containsExactly("released", "answered b", "released", "answered a");
    }

    @Test
    void sendsPartsOfAnswersThatMixToTheirOwnCalls() throws Exception {
        Attempt first = run("", false);
        Attempt second = run("", false);
        fake.runtime.answer(1, "", 10, true, "");
        fake.runtime.answer(2, "", 5, true, "");
        fake.runtime.data(1, 4);
        fake.runtime.data(2, 5);
        fake.runtime.data(1, 6);
        fake.runtime.end(2, true);
        fake.runtime.end(1, true);

        assertThat(told()).startsWith("answered");
        assertThat(told()).startsWith("answered");
        assertThat(List.of(told(), told(), told())).containsExactly("chunk 4 OPEN", "chunk 5 OPEN", "chunk 6 OPEN");
        assertThat(List.of(told(), told())).containsExactly("released", "chunk 0 COMPLETE");
        assertThat(List.of(told(), told())).containsExactly("released", "chunk 0 COMPLETE");
        assertThat(owner.messages.stream()
                        .filter(Chunk.class::isInstance)
                        .map(Chunk.class::cast)
                        .filter(chunk -> chunk.id().equals(second.id()))
                        .mapToInt(chunk -> chunk.bytes().length())
                        .sum())
                .isEqualTo(5);
        assertThat(live.runs(first)).isFalse();
    }

    @Test
    void creditOfOneCallMovesNoOtherEvent() throws Exception {
        Attempt first = run("x".repeat(60_000), true);
        Attempt second = run("x".repeat(60_000), true);
        first.keep(new Chunk(first.id(), 1, Buffer.buffer(new byte[50_000]), Chunk.End.COMPLETE));
        second.keep(new Chunk(second.id(), 1, Buffer.buffer(new byte[50_000]), Chunk.End.COMPLETE));
        on(() -> live.pumpBody(first));
        on(() -> live.pumpBody(second));
        on(() -> assertThat(owner.told).isEmpty());

        fake.runtime.credit(2, 60_000);

        assertThat(told()).isEqualTo("credit 50000");
        fake.runtime.expect(RUN);
        fake.runtime.expect(RUN);
        assertThat(fake.runtime.expect(DATA).id()).isEqualTo(2);
    }

    @Test
    void givesLinesThatTheRuntimeSendsToTheirCalls() throws Exception {
        Attempt first = run("", false);
        run("", false);

        fake.runtime.log(2, "of the second\n");
        fake.runtime.log(1, "of the first\n");
        fake.bridge.log(0, "of nobody\n");
        fake.runtime.log(9, "of a call that is not\n");

        assertThat(told()).startsWith("log of the second");
        assertThat(told()).startsWith("log of the first");
        on(() -> assertThat(live.runs(first)).isTrue());
        on(() -> assertThat(owner.told).isEmpty());
    }

    @Test
    void measuresForEachCallThatRaises() throws Exception {
        run("", false);
        run("", false);
        fake.runtime.raise(2, "ValueError", "no");
        assertThat(fake.bridge.expect(STAT).id()).isEqualTo(2);
        fake.runtime.raise(1, "MemoryError", "no more");
        assertThat(fake.bridge.expect(STAT).id()).isEqualTo(1);

        fake.bridge.status(1, 1);
        fake.bridge.status(2, 1);

        assertThat(List.of(told(), told())).containsExactly("released", "failed OUT_OF_MEMORY");
        assertThat(List.of(told(), told())).containsExactly("released", "failed FUNCTION_ERROR");
    }

    @Test
    void aTimeoutEndsTheCallsBesideItAsCrashedAndSaysWhy() throws Exception {
        run("", false);
        Attempt late = run("", false);
        on(() -> live.kill(new Kill(late, ErrorCode.TIMEOUT)));
        fake.bridge.expect(KILL);

        fake.bridge.exit(true, 9);

        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed FUNCTION_CRASHED");
        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed TIMEOUT");
        List<String> messages = owner.failures().stream()
                .map(failure -> failure.code() + ": " + failure.message())
                .toList();
        assertThat(messages.getFirst())
                .isEqualTo("FUNCTION_CRASHED: another call in the container of f@1 ran longer than limits.timeout = 5s;"
                        + " its container was killed");
        assertThat(owner.failures()).allMatch(failure -> failure.ran() == Ran.YES);
    }

    @Test
    void aCrashEndsAllAlikeWithTheLastWordsOfTheContainer() throws Exception {
        run("", false);
        run("", false);
        fake.bridge.log(0, "last words\n");

        fake.bridge.exit(true, 11);

        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed FUNCTION_CRASHED");
        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed FUNCTION_CRASHED");
        assertThat(owner.failures())
                .allSatisfy(failure -> assertThat(failure.logTail()).containsExactly("last words"));
    }

    @Test
    void handsBackThoseThatNeverStarted() throws Exception {
        run("", false);
        fake.runtime.answer(1, "", 0, false, "");
        told();
        told();
        run("", false);
        run("", false);

        fake.bridge.retire(1, "space in /tmp could not be freed");

        assertThat(List.of(told(), told())).containsExactly("never started", "never started");
    }

    @Test
    void aCallThatWasAnsweredBeforeTheRetirementIsHeardAfterIt() throws Exception {
        run("", false);
        run("", false);
        fake.bridge.retire(1, "it is not clean");
        assertThat(told()).isEqualTo("never started");

        fake.runtime.answer(1, "", 1, false, "a");

        assertThat(List.of(told(), told())).containsExactly("released for removal", "answered a");
    }

    @Test
    void tellsTheContainerHowManyCallsItMayBeSentAndItsInit() throws Exception {
        revision = Samples.revision(3, "{\"a\":1}");
        on(() -> live.init(revision, "main.js"));

        Buffer payload = fake.runtime.expect(INIT).payload();

        assertThat(payload.getString(payload.length() - 7, payload.length())).isEqualTo("{\"a\":1}");
        assertThat(payload.getInt(payload.length() - 11)).isEqualTo(7);
        assertThat(payload.getUnsignedShort(payload.length() - 13)).isEqualTo(3);
    }

    @Test
    void saysThatAnImageOfAnOlderProtocolMustBeBuiltAgain() throws Exception {
        fake.close();
        LiveContainer old = Samples.container(owner, executioner);
        on(() -> old.ready(new Hello(false, 0, "nodejs", "", 0, List.of())));
        on(() -> old.initBegins(revision, false));

        on(() -> old.init(revision, "main.js"));

        assertThat(owner.told)
                .anySatisfy(
                        told -> assertThat(told)
                                .contains(
                                        "init failed: the image of f@1 knows neither limits.concurrency nor init: build it again"));
    }

    @Test
    void aCancelEndsTheCallsBesideItAsCrashedUnlessTheyAreCancelledToo() throws Exception {
        run("", false);
        Attempt second = run("", false);
        Attempt third = run("", false);
        on(() -> live.kill(new Kill(third, ErrorCode.CANCELLED)));
        on(() -> live.kill(new Kill(second, ErrorCode.CANCELLED)));
        fake.bridge.expect(KILL);

        fake.bridge.exit(true, 9);

        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed FUNCTION_CRASHED");
        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed CANCELLED");
        assertThat(List.of(told(), told())).containsExactly("released for removal", "failed CANCELLED");
        assertThat(owner.failures().getFirst().message())
                .isEqualTo("another call in the container of f@1 was cancelled; its container was killed");
    }
}
