package dev.hearth.gateway.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.Ran;
import dev.hearth.gateway.durable.RetryRule.Next;
import dev.hearth.gateway.durable.RetryRule.Past;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
    private static final Past NEW = new Past(0, 0);
    private static final Terms THREE = new Terms(0, 3, 1_000, "", "", Optional.empty());

    private final RetryRule rule = new RetryRule(Head.settings(4));

    private Next after(ErrorCode code, Ran ran, Past past) {
        return after(code, ran, past, Long.MAX_VALUE);
    }

    private Next after(ErrorCode code, Ran ran, Past past, long expiresIn) {
        Failure failure = new Failure(code, "why", "", "", List.of(), ran);
        return rule.after(Optional.of(failure), THREE, past, expiresIn, 0.5);
    }

    @Test
    void aSuccessIsTheEnd() {
        assertThat(rule.after(Optional.empty(), THREE, NEW, 1, 0.5)).isEqualTo(new Next.Done(Optional.empty()));
    }

    @Test
    void aFailureIsTriedAgainAfterADoublingWaitUntilTheRetriesAreUsedUp() {
        assertThat(after(ErrorCode.FUNCTION_ERROR, Ran.YES, NEW)).isEqualTo(new Next.Again(1_000, true, false));
        assertThat(after(ErrorCode.TIMEOUT, Ran.YES, new Past(1, 0))).isEqualTo(new Next.Again(2_000, true, false));
        assertThat(after(ErrorCode.OUT_OF_MEMORY, Ran.YES, new Past(2, 0)))
                .isEqualTo(new Next.Again(4_000, true, false));
        assertThat(after(ErrorCode.INIT_FAILED, Ran.NO, new Past(3, 0))).isInstanceOf(Next.Done.class);
    }

    @Test
    void theWaitHasABoundAndIsSpread() {
        Terms many = new Terms(0, 1_000, 1_000, "", "", Optional.empty());
        Optional<Failure> failure = Optional.of(Failure.during(ErrorCode.FUNCTION_ERROR, "why"));
        assertThat(rule.after(failure, many, new Past(900, 0), Long.MAX_VALUE, 0.5))
                .isEqualTo(new Next.Again(60_000, true, false));
        assertThat(rule.after(failure, many, NEW, Long.MAX_VALUE, 0)).isEqualTo(new Next.Again(800, true, false));
        assertThat(rule.after(failure, many, NEW, Long.MAX_VALUE, 1)).isEqualTo(new Next.Again(1_200, true, false));
    }

    @Test
    void aLostAttemptUsesUpNoRetryButNotForEver() {
        assertThat(after(ErrorCode.NODE_LOST, Ran.UNKNOWN, new Past(3, 0)))
                .isEqualTo(new Next.Again(1_000, false, true));
        assertThat(after(ErrorCode.NODE_LOST, Ran.UNKNOWN, new Past(0, 5))).isInstanceOf(Next.Done.class);
        assertThat(after(ErrorCode.SHUTTING_DOWN, Ran.UNKNOWN, new Past(3, 5)))
                .isEqualTo(new Next.Again(0, false, false));
    }

    @Test
    void whatNeverRanForWantOfRoomWaitsOn() {
        for (ErrorCode code :
                List.of(ErrorCode.NO_CAPACITY, ErrorCode.TOO_MANY_REQUESTS, ErrorCode.STORE_UNAVAILABLE)) {
            assertThat(after(code, Ran.NO, new Past(3, 5))).isEqualTo(new Next.Again(1_000, false, false));
        }
        assertThat(after(ErrorCode.STORE_UNAVAILABLE, Ran.YES, new Past(3, 0)))
                .as("its answer could not be kept")
                .isEqualTo(new Next.Again(1_000, false, true));
    }

    @Test
    void whatCannotComeToAnythingIsNotTriedAgain() {
        for (ErrorCode code : List.of(ErrorCode.CANCELLED, ErrorCode.FUNCTION_NOT_FOUND, ErrorCode.NOT_ALLOWED)) {
            assertThat(after(code, Ran.NO, NEW)).isInstanceOf(Next.Done.class);
        }
    }

    @Test
    void itExpiresWhenItsNextAttemptWouldComeTooLateAndSaysWhatHappenedLast() {
        Next next = after(ErrorCode.FUNCTION_ERROR, Ran.YES, new Past(1, 0), 1_999);
        assertThat(next).isInstanceOfSatisfying(Next.Done.class, done -> {
            Failure failure = done.failure().orElseThrow();
            assertThat(failure.code()).isEqualTo(ErrorCode.EXPIRED);
            assertThat(failure.message()).contains("attempts so far: 2", "FUNCTION_ERROR: why");
        });
        assertThat(after(ErrorCode.FUNCTION_ERROR, Ran.YES, new Past(1, 0), 2_001))
                .isInstanceOf(Next.Again.class);
    }
}
