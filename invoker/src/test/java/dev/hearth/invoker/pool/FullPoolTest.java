package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the benchmark measures is the pool that it claims to measure. */
final class FullPoolTest {
    private static final int TURNS = 5_000;

    @ParameterizedTest
    @EnumSource
    void holdsTenThousandContainersBeforeAndAfterManyTurns(FullPool.Case kind) {
        FullPool full = new FullPool(kind);
        full.check();
        for (int i = 0; i < TURNS; i++) {
            full.turn();
        }
        full.check();
    }

    @ParameterizedTest
    @EnumSource
    void servesEachCallInTheWayThatItsCaseNames(FullPool.Case kind) {
        FullPool full = new FullPool(kind);
        long decisions = full.decisions();
        long removals = full.removals();
        for (int i = 0; i < TURNS; i++) {
            full.turn();
        }
        double inputs = (double) (full.decisions() - decisions) / TURNS;
        double gone = (double) (full.removals() - removals) / TURNS;
        switch (kind) {
            case IDLE -> {
                assertThat(inputs).isEqualTo(2);
                assertThat(gone).isZero();
            }
            case STEM -> {
                assertThat(inputs).isEqualTo(6);
                assertThat(gone).isEqualTo(1);
            }
            case ROOM_LRU, ROOM_RAM -> {
                assertThat(inputs).isBetween(4.9, 5.1);
                assertThat(gone).isBetween(0.9, 1.1);
            }
        }
    }
}
