package dev.hearth.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PricesTest {
    private static final Prices PRICES = new Prices(
            "EUR",
            new BigDecimal("0.0000166667"),
            new BigDecimal("0.0000002"),
            new BigDecimal("0.09"),
            BigDecimal.ZERO);

    private static Sums sums(long runs, long mibMicros, long bytesOut) {
        return new Sums(runs, 0, 0, 0, runs, mibMicros, 5_000_000, 7, bytesOut, 9, 0, 1L << 50);
    }

    @Test
    void costsAreExact() {
        // A million calls of 100 ms with 128 MiB, and half a GB of answers.
        Sums sums = sums(1_000_000, 128L * 100_000 * 1_000_000, 1L << 29);

        assertThat(PRICES.cost(sums)).isEqualByComparingTo("0.45333375");
    }

    @Test
    void thePartsAddUpToTheWhole() {
        Sums one = sums(1, 1, 1);
        Sums other = sums(2, 3, 5);

        assertThat(PRICES.cost(one).add(PRICES.cost(other))).isEqualByComparingTo(PRICES.cost(one.plus(other)));
    }

    @Test
    void idleTimeAndCallsThatNeverRanCostNothing() {
        Sums idle = new Sums(5, 5, 0, 0, 0, 0, 0, 100, 0, 100, 0, 1L << 60);

        assertThat(PRICES.cost(idle)).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void processorTimeCostsWhereItHasAPrice() {
        Prices prices = new Prices("EUR", BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, new BigDecimal("0.001"));

        assertThat(prices.cost(sums(1, 1, 1))).isEqualByComparingTo("0.005");
        assertThat(prices.any()).isTrue();
        assertThat(Samples.FREE.any()).isFalse();
    }

    @Test
    void amountsAreShownWithoutPowersOfTen() {
        assertThat(Prices.shown(new BigDecimal("0.0000000004"))).isEqualTo("0");
        assertThat(Prices.shown(new BigDecimal("0.00000001"))).isEqualTo("0.00000001");
        assertThat(Prices.shown(new BigDecimal("1200"))).isEqualTo("1200");
        assertThat(Prices.shown(new BigDecimal("1.2345678915"))).isEqualTo("1.234567892");
    }
}
