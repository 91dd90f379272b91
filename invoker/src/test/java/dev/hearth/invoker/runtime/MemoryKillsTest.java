package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryKillsTest {
    private final MemoryKills kills = new MemoryKills();

    @Test
    void leavesTheCurrentCallWhatIsSeenWhileItRuns() {
        kills.saw(2, true);
        assertThat(kills.beforeCurrent()).isZero();
    }

    @Test
    void blamesNoCallForWhatWasSeenBetweenCalls() {
        kills.saw(2, false);
        assertThat(kills.beforeCurrent()).isEqualTo(2);
    }

    @Test
    void countsWhatACallSurvivedAsBeforeTheNext() {
        kills.saw(2, true);
        kills.callEnds();
        assertThat(kills.beforeCurrent()).isEqualTo(2);
    }

    @Test
    void neverCountsBackwards() {
        kills.saw(3, false);
        kills.saw(1, false);
        assertThat(kills.beforeCurrent()).isEqualTo(3);
    }
}
