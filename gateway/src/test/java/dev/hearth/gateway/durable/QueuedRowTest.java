package dev.hearth.gateway.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.Callee;
import org.junit.jupiter.api.Test;

/** When it is due, by a clock that somebody may set. */
class QueuedRowTest {
    private static final long NOON = 1_800_000_000_000L;
    private static final long HOUR = 3_600_000;

    private static QueuedRow row(long dueAt, long waits, long expiresAt) {
        return new QueuedRow(
                InvocationId.next(),
                Callee.of(Head.REVISION),
                NOON,
                dueAt,
                waits,
                expiresAt,
                0,
                Head.terms(0, 0),
                0,
                new RetryRule.Past(0, 0));
    }

    @Test
    void waitsUntilItsTime() {
        assertThat(row(NOON + HOUR, HOUR, 0).dueIn(NOON)).isEqualTo(HOUR);
        assertThat(row(NOON + HOUR, HOUR, 0).dueIn(NOON + HOUR)).isZero();
        assertThat(row(NOON + HOUR, HOUR, 0).dueIn(NOON + 5 * HOUR)).isZero();
    }

    @Test
    void aClockThatWasSetBackMakesNoWaitLonger() {
        assertThat(row(NOON + HOUR, HOUR, 0).dueIn(NOON - 24 * HOUR)).isZero();
    }

    @Test
    void aDateHoldsByWhateverClock() {
        assertThat(row(NOON + HOUR, -1, 0).dueIn(NOON - 24 * HOUR)).isEqualTo(25 * HOUR);
    }

    @Test
    void expiresOnlyIfThatWasAskedFor() {
        assertThat(row(NOON, 0, 0).expired(Long.MAX_VALUE)).isFalse();
        assertThat(row(NOON, 0, NOON + 1).expired(NOON)).isFalse();
        assertThat(row(NOON, 0, NOON + 1).expired(NOON + 1)).isTrue();
    }
}
