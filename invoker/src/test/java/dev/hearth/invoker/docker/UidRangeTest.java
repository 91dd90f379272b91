package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class UidRangeTest {
    private final UidRange uids = new UidRange(50_000, 3);

    @Test
    void handsOutEachUserOnceAndInTurn() {
        assertThat(uids.take()).hasValue(50_000);
        uids.release(50_000);
        assertThat(uids.take()).hasValue(50_001);
        assertThat(uids.take()).hasValue(50_002);
        assertThat(uids.take()).hasValue(50_000);
        assertThat(uids.take()).isEmpty();
        assertThat(uids.free()).isZero();
        uids.release(50_001);
        assertThat(uids.take()).hasValue(50_001);
    }

    @Test
    void keepsTheUsersOfAdoptedContainers() {
        assertThat(uids.claim(50_000)).isTrue();
        assertThat(uids.claim(50_000)).isFalse();
        assertThat(uids.claim(7)).isTrue();
        assertThat(uids.take()).hasValue(50_001);
    }

    @Test
    void refusesRangesThatReachTheSystemsUsersOrHoldNone() {
        assertThatThrownBy(() -> new UidRange(999, 10)).hasMessageContaining("1000 or more");
        assertThatThrownBy(() -> new UidRange(50_000, 0)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new UidRange(Integer.MAX_VALUE, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
