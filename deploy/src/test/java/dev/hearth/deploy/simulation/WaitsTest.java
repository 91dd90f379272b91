package dev.hearth.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class WaitsTest {
    @Test
    void tellsTimesWithinTwoPercent() {
        Waits waits = new Waits();
        for (int i = 1; i <= 100_000; i++) {
            waits.add(i * 37L);
        }
        assertThat(waits.count()).isEqualTo(100_000);
        assertThat(waits.meanMillis()).isCloseTo(50_000.5 * 37 / 1e3, within(0.001));
        assertThat(waits.mostMillis()).isEqualTo(3_700);
        for (double share : new double[] {0.001, 0.01, 0.5, 0.9, 0.99}) {
            assertThat(waits.millisAt(share)).isCloseTo(share * 3_700, Percentage.withPercentage(2));
        }
        assertThat(waits.millisAt(1)).isEqualTo(3_700);
    }

    @Test
    void takesTheShortestAndTheLongest() {
        Waits waits = new Waits();
        waits.add(0);
        waits.add(Long.MAX_VALUE);
        assertThat(waits.millisAt(0.5)).isZero();
        assertThat(waits.millisAt(1)).isEqualTo(Long.MAX_VALUE / 1e3);
        assertThat(new Waits().millisAt(0.99)).isZero();
    }
}
