package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Ran;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that is cancelled while it runs. */
@Timeout(30)
class KillTest extends ContainerRig {
    @Test
    void answersACancelWithTheBridgesProof() throws Exception {
        warm();
        Attempt attempt = run("", false);
        on(() -> live.kill(new Kill(attempt, ErrorCode.CANCELLED)));
        on(() -> live.kill(new Kill(attempt, ErrorCode.TIMEOUT)));
        fake.bridge.expect(KILL);
        on(() -> assertThat(owner.told).isEmpty());

        fake.bridge.exit(true, 9);

        assertThat(told()).isEqualTo("released for removal");
        assertThat(told()).isEqualTo("failed CANCELLED");
        assertThat(owner.failure().message()).isEqualTo("f@1 was cancelled while it ran; its container was killed");
        assertThat(owner.failure().ran()).isEqualTo(Ran.YES);
    }

    @Test
    void saysThatTheDeathOfACancelledCallIsNotProven() throws Exception {
        warm();
        Attempt attempt = run("", false);
        on(() -> live.kill(new Kill(attempt, ErrorCode.CANCELLED)));

        on(() -> executioner.pass(FakeExecutioner.GRACE));

        assertThat(told()).isEqualTo("released for removal");
        assertThat(told()).isEqualTo("failed CANCELLED");
        assertThat(owner.failure().ran()).isEqualTo(Ran.UNKNOWN);
    }

    @Test
    void doesNotKillForACallThatIsOver() throws Exception {
        warm();
        Attempt attempt = run("", false);
        fake.runtime.answer(1, "", 0, false, "");
        assertThat(told()).isEqualTo("released");

        on(() -> live.kill(new Kill(attempt, ErrorCode.CANCELLED)));

        on(() -> assertThat(live.death().begun()).isFalse());
    }

    @Test
    void breaksOffTheAnswerOfACallThatIsCancelledWhileItAnswers() throws Exception {
        warm();
        Attempt attempt = run("", false);
        fake.runtime.answer(1, "", -1, true, "x");
        assertThat(told()).startsWith("answered");
        on(() -> live.kill(new Kill(attempt, ErrorCode.CANCELLED)));

        fake.bridge.exit(true, 9);

        assertThat(told()).isEqualTo("released for removal");
        assertThat(told()).isEqualTo("chunk 0 BROKEN");
    }
}
