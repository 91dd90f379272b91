package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.Chunk;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Ran;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveContainerTest extends ContainerRig {
    @Test
    void hasStartedWhenTheEngineAndBothProcessesSaySo() throws Exception {
        on(() -> live.created("engine-id"));
        assertThat(owner.told).isEmpty();

        fake.hello("", 0);

        assertThat(told()).isEqualTo("started");
    }

    @Test
    void isGivenBackBeforeTheAnswerGoesOut() throws Exception {
        warm();
        run("event", false);
        assertThat(fake.runtime.expect(RUN).id()).isEqualTo(1);

        fake.runtime.answer(1, "text/plain", 2, false, "ok");

        assertThat(told()).isEqualTo("released");
        assertThat(told()).isEqualTo("answered ok");
    }

    @Test
    void givesLinesToTheirOwnCallThatComeWhenTheNextHasEndedToo() throws Exception {
        warm();
        for (int call = 1; call <= 3; call++) {
            run("", false);
            fake.runtime.answer(call, "", 0, false, "");
            assertThat(told()).isEqualTo("released");
            assertThat(told()).startsWith("answered");
        }

        fake.bridge.log(1, "of the first\n");
        fake.bridge.log(3, "of the third\n");

        assertThat(told()).startsWith("log of the first");
        assertThat(told()).startsWith("log of the third");
    }

    @Test
    void givesLinesThatComeAfterTheAnswerToTheirOwnCall() throws Exception {
        warm();
        run("", false);
        fake.runtime.answer(1, "", 0, false, "");
        assertThat(told()).isEqualTo("released");
        assertThat(told()).startsWith("answered");
        run("", false);

        fake.bridge.log(1, "of the first\n");
        fake.bridge.log(2, "of the second\n");
        fake.bridge.log(0, "of init\n");
        fake.bridge.log(7, "of nobody\n");
        assertThat(told()).startsWith("log of the first");
        assertThat(told()).startsWith("log of the second");

        fake.runtime.answer(2, "", 0, false, "");

        assertThat(told()).isEqualTo("released");
    }

    @Test
    void takesNoAnswerForAnotherCall() throws Exception {
        warm();
        run("", false);

        fake.runtime.answer(2, "", 0, false, "early");
        fake.runtime.answer(0, "", 0, false, "late");
        fake.runtime.answer(1, "", 0, false, "right");
        fake.runtime.answer(1, "", 0, false, "again");

        assertThat(told()).isEqualTo("released");
        assertThat(told()).isEqualTo("answered right");
        on(() -> assertThat(owner.told).isEmpty());
    }

    @Test
    void measuresBeforeItSaysWhyACallFailed() throws Exception {
        warm();
        run("", false);
        fake.runtime.raise(1, "MemoryError", "no more");
        assertThat(fake.bridge.expect(STAT).id()).isEqualTo(1);

        fake.bridge.status(1, 1);

        assertThat(told()).isEqualTo("released");
        assertThat(told()).isEqualTo("failed OUT_OF_MEMORY");
    }

    @Test
    void blamesNoCallForAnOomKillBeforeIt() throws Exception {
        warm();
        on(() -> live.adopt(revision, owner));
        assertThat(fake.bridge.expect(STAT).id()).isZero();
        fake.bridge.status(0, 3);
        run("", false);
        fake.runtime.raise(1, "ValueError", "no");
        fake.bridge.expect(STAT);

        fake.bridge.status(1, 3);

        assertThat(told()).isEqualTo("released");
        assertThat(told()).isEqualTo("failed FUNCTION_ERROR");
    }

    @Test
    void sendsTheEventOnlyAsFarAsTheCreditGoes() throws Exception {
        warm();
        Attempt attempt = run("x".repeat(40_000), true);
        attempt.keep(new Chunk(attempt.id(), 1, Buffer.buffer(new byte[50_000]), Chunk.End.OPEN));
        attempt.keep(new Chunk(attempt.id(), 1, Buffer.buffer(new byte[50_000]), Chunk.End.COMPLETE));
        on(() -> live.pumpBody(attempt));
        fake.runtime.expect(RUN);
        assertThat(fake.runtime.expect(DATA).payload().length()).isEqualTo(50_000);
        assertThat(told()).isEqualTo("credit 50000");
        on(() -> assertThat(owner.told).isEmpty());

        fake.runtime.credit(1, -5);
        fake.runtime.credit(1, 40_000);

        assertThat(fake.runtime.expect(DATA).payload().length()).isEqualTo(50_000);
        assertThat(fake.runtime.expect(END).payload().getByte(0)).isZero();
        assertThat(told()).isEqualTo("credit 50000");
    }

    @Test
    void breaksOffAnAnswerThatIsLongerThanItSaid() throws Exception {
        warm();
        run("", false);
        fake.runtime.answer(1, "", 1_000, true, "x".repeat(500));
        assertThat(told()).startsWith("answered").endsWith("...");

        fake.runtime.data(1, 600);
        fake.runtime.end(1, true);

        assertThat(told()).isEqualTo("chunk 0 BROKEN");
        assertThat(told()).isEqualTo("released");
        on(() -> assertThat(owner.told).isEmpty());
    }

    @Test
    void breaksOffAnAnswerThatIsShorterThanItSaid() throws Exception {
        warm();
        run("", false);
        fake.runtime.answer(1, "", 1_000, true, "x".repeat(500));

        fake.runtime.end(1, true);

        assertThat(told()).startsWith("answered");
        assertThat(told()).isEqualTo("released");
        assertThat(told()).isEqualTo("chunk 0 BROKEN");
    }

    @Test
    void cutsAnAnswerAtItsLimitAndDrainsTheRest() throws Exception {
        warm();
        run("", false);
        fake.runtime.answer(1, "", -1, true, "x");
        for (int i = 0; i < 6; i++) {
            fake.runtime.data(1, 60_000);
        }
        fake.runtime.end(1, true);

        assertThat(told()).startsWith("answered");
        for (int i = 0; i < 4; i++) {
            assertThat(told()).isEqualTo("chunk 60000 OPEN");
        }
        assertThat(told()).isEqualTo("chunk 0 BROKEN");
        assertThat(told()).isEqualTo("released");
    }

    @Test
    void passesNoContentTypeOnThatWouldMakeHeadersOfItsOwn() throws Exception {
        warm();
        run("", false);

        fake.runtime.answer(1, "text/plain\r\nSet-Cookie: a=b", 2, false, "ok");

        assertThat(told()).isEqualTo("released");
        assertThat(told()).isEqualTo("failed INVALID_RESPONSE");
    }

    @Test
    void takesNoCallAfterAConnectionBrokeSoThatItCanRunElsewhere() throws Exception {
        warm();
        fake.runtime.close();
        on(() -> {});
        eventually(() -> !live.sound());

        run("", false);

        assertThat(told()).isEqualTo("never started");
    }

    @Test
    void handsACallBackThatTheBridgeNeverLetStart() throws Exception {
        warm();
        run("", false);
        fake.runtime.answer(1, "", 0, false, "");
        told();
        told();
        run("", false);

        fake.bridge.retire(1, "space in /tmp could not be freed");

        assertThat(told()).isEqualTo("never started");
    }

    @Test
    void saysHowItsProcessEndedInMidCall() throws Exception {
        warm();
        run("", false);
        fake.bridge.log(1, "last words\n");
        fake.bridge.exit(true, 11);

        assertThat(told()).startsWith("log last words");
        assertThat(told()).isEqualTo("released for removal");
        assertThat(told()).isEqualTo("failed FUNCTION_CRASHED");
        assertThat(owner.failure().message()).contains("killed by signal 11");
        assertThat(live.death().begun()).isTrue();
    }

    @Test
    void answersATimeoutWithTheBridgesProof() throws Exception {
        warm();
        Attempt attempt = run("", false);
        on(() -> live.kill(new Kill(attempt, ErrorCode.TIMEOUT)));
        on(() -> live.kill(new Kill(attempt, ErrorCode.TIMEOUT)));
        fake.bridge.expect(KILL);
        on(() -> assertThat(owner.told).isEmpty());

        fake.runtime.answer(1, "", 0, false, "too late");
        fake.bridge.exit(true, 9);

        assertThat(told()).isEqualTo("released for removal");
        assertThat(told()).isEqualTo("failed TIMEOUT");
        assertThat(owner.failure().ran()).isEqualTo(Ran.YES);
        assertThat(executioner.kills).isEmpty();
    }

    @Test
    void saysThatDeathIsNotProvenWhenNeitherBridgeNorEngineAnswers() throws Exception {
        warm();
        Attempt attempt = run("", false);
        on(() -> live.kill(new Kill(attempt, ErrorCode.TIMEOUT)));

        on(() -> executioner.pass(FakeExecutioner.GRACE));

        assertThat(told()).isEqualTo("released for removal");
        assertThat(told()).isEqualTo("failed TIMEOUT");
        assertThat(owner.failure().ran()).isEqualTo(Ran.UNKNOWN);
        assertThat(owner.failure().message()).contains("not proven");
        assertThat(executioner.doubted).containsExactly("unproven");
    }

    @Test
    void tellsTheLogOfAnInitThatCrashed() throws Exception {
        fake.hello("", 0);
        on(() -> live.created("engine-id"));
        told();
        on(() -> live.initBegins(revision, false));
        fake.bridge.log(0, "cannot find libfoo\n");

        fake.bridge.exit(false, 3);

        assertThat(told()).contains("ended with exit code 3 while its code was loaded", "cannot find libfoo");
    }

    @Test
    void tellsWhatAnInitPrintedThatFailedEvenIfThatComesLater() throws Exception {
        fake.hello("", 0);
        on(() -> live.created("engine-id"));
        told();
        on(() -> live.initBegins(revision, false));
        fake.runtime.notInitialised("ValueError", "no table");
        assertThat(fake.bridge.expect(STAT).id()).isZero();
        on(() -> assertThat(owner.told).isEmpty());

        fake.bridge.log(0, "looking for a table\n");
        fake.bridge.status(0, 0);

        assertThat(told()).contains("init failed", "ValueError: no table", "looking for a table");
    }

    @Test
    void tellsWhyItsRuntimeWasRefused() throws Exception {
        fake.bridge.hello(0, "", 0);
        // A length that no frame has.
        fake.runtime.raw(Buffer.buffer().appendInt(70_000));
        fake.runtime.expect(REFUSE);

        fake.bridge.exit(false, 70);

        assertThat(told()).contains("lost", "exit code 70", "the runtime's connection: a frame of 70000 bytes");
    }

    @Test
    void isLostWhenItDiesBetweenCalls() throws Exception {
        warm();

        fake.bridge.exit(true, 9);

        assertThat(told()).contains("lost", "signal 9");
    }

    @Test
    void endsQuietlyWhenItIsBeingRemoved() throws Exception {
        warm();
        on(() -> live.leave());
        fake.bridge.expect(KILL);

        fake.bridge.exit(true, 9);
        fake.close();
        eventually(() -> !live.sound());

        assertThat(owner.told).isEmpty();
        assertThat(executioner.kills).isEmpty();
    }

    @Test
    void showsTheCallItsOwnDeadline() throws Exception {
        warm();
        long before = System.currentTimeMillis();
        Attempt attempt = Samples.granted(live, Samples.dispatch(revision, "", false, 700), revision);

        on(() -> live.run(attempt, WINDOW));

        long deadline = fake.runtime.expect(RUN).payload().getLong(0);
        assertThat(deadline).isBetween(before + 700, System.currentTimeMillis() + 700);
    }

    @Test
    void saysWhenItIsAboutToEndAndWhenItHasDied() throws Exception {
        warm();
        Attempt attempt = run("", false);
        on(() -> live.kill(new Kill(attempt, ErrorCode.TIMEOUT)));
        on(() -> assertThat(owner.endings).isEqualTo(1));

        fake.bridge.exit(true, 9);

        assertThat(told()).isEqualTo("released for removal");
        on(() -> assertThat(owner.endings).isEqualTo(2));
    }
}
