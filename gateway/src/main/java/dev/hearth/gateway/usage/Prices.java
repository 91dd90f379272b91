package dev.hearth.gateway.usage;

import dev.hearth.common.units.Bytes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Stream;

/**
 * What usage costs; all zero: nothing is said of costs.
 *
 * @param currency of the prices
 * @param gbSecond of run time x limits.memory, a GB being 2^30 bytes
 * @param invocation of each call that ran
 * @param gbOut of what leaves: answers, and what containers send over a network
 * @param cpuSecond of processor time
 */
public record Prices(
        String currency, BigDecimal gbSecond, BigDecimal invocation, BigDecimal gbOut, BigDecimal cpuSecond) {
    /** Digits behind the point of an amount that is shown. */
    private static final int SHOWN = 9;

    private static final BigDecimal MIB_MICROS = BigDecimal.valueOf(1_024L * 1_000_000);
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal GB = BigDecimal.valueOf(Bytes.ofGiB(1).value());

    /** Whether there is any price. */
    boolean any() {
        return Stream.of(gbSecond, invocation, gbOut, cpuSecond).anyMatch(price -> price.signum() != 0);
    }

    /** Of these sums, exactly: idle time is not in it. All divisors are products of 2 and 5, so each quotient is finite. */
    BigDecimal cost(Sums sums) {
        BigDecimal out = BigDecimal.valueOf(sums.bytesOut()).add(BigDecimal.valueOf(sums.networkOut()));
        return gbSeconds(sums.mibMicros())
                .multiply(gbSecond)
                .add(BigDecimal.valueOf(sums.runs()).multiply(invocation))
                .add(out.divide(GB).multiply(gbOut))
                .add(seconds(sums.cpuMicros()).multiply(cpuSecond));
    }

    static BigDecimal gbSeconds(long mibMicros) {
        return BigDecimal.valueOf(mibMicros).divide(MIB_MICROS);
    }

    static BigDecimal seconds(long micros) {
        return BigDecimal.valueOf(micros).divide(MICROS);
    }

    /** An amount as it is shown. */
    static String shown(BigDecimal amount) {
        BigDecimal rounded = amount.setScale(SHOWN, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return (rounded.scale() < 0 ? rounded.setScale(0) : rounded).toPlainString();
    }
}
