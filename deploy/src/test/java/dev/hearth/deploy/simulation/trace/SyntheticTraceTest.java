package dev.hearth.deploy.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SyntheticTraceTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final AzureLike SMALL = new AzureLike(1, 500, 2, DAY);

    @Test
    void theSameSeedGivesTheSameCalls() {
        AzureLike hour = new AzureLike(7, 200, 5, Duration.ofHours(1));
        assertThat(all(hour)).isEqualTo(all(hour)).isNotEmpty();
        assertThat(all(new AzureLike(8, 200, 5, Duration.ofHours(1)))).isNotEqualTo(all(hour));
    }

    @Test
    void callsComeInOrderWithinTheLength() {
        List<TracedCall> calls = all(SMALL);
        assertThat(calls).extracting(TracedCall::atMicros).isSorted();
        assertThat(calls.getLast().atMicros()).isLessThan(DAY.toNanos() / 1_000);
        assertThat(calls).allSatisfy(call -> assertThat(call.runMicros()).isPositive());
    }

    @Test
    void theRateIsAboutWhatWasAskedFor() {
        assertThat((double) all(SMALL).size()).isBetween(0.8 * 2 * 86_400, 1.2 * 2 * 86_400);
    }

    @Test
    void fewFunctionsMakeMostCalls() {
        Map<String, Integer> counts = new HashMap<>();
        List<TracedCall> calls = all(new AzureLike(1, 200, 5, DAY));
        calls.forEach(call -> counts.merge(call.function().name(), 1, Integer::sum));
        List<Integer> sorted = new ArrayList<>(counts.values());
        sorted.sort(Collections.reverseOrder());
        long ofTheTop =
                sorted.stream().limit(200 / 5).mapToLong(Integer::longValue).sum();
        assertThat((double) ofTheTop / calls.size()).isGreaterThan(0.9);
        long rare = 200 - sorted.stream().filter(count -> count > 48).count();
        assertThat(rare).as("functions called less than twice an hour").isGreaterThan(200 / 4);
    }

    @Test
    void timersFireSoonAfterAMultipleOfTheirPeriod() {
        Arrivals.Timer timer = new Arrivals.Timer(5 * Arrivals.MINUTE, new SplittableRandom(3));
        long at = 0;
        for (int i = 1; i <= 100; i++) {
            at = timer.after(at);
            assertThat(at / (5 * Arrivals.MINUTE)).isEqualTo(i);
            assertThat(at % (5 * Arrivals.MINUTE)).isLessThan(500_000);
        }
    }

    @Test
    void burstsKeepTheirMeanRate() {
        double perMicro = 1 / 10e6;
        Arrivals bursts = new Arrivals.Bursts(perMicro, 20, 100_000, new SplittableRandom(5));
        long at = 0;
        int close = 0;
        int calls = 50_000;
        for (int i = 0; i < calls; i++) {
            long next = bursts.after(at);
            close += next - at < 1_000_000 ? 1 : 0;
            at = next;
        }
        assertThat(calls / (double) at).isBetween(0.85 * perMicro, 1.15 * perMicro);
        assertThat(close).as("calls that follow another closely").isGreaterThan(calls * 8 / 10);
    }

    @Test
    void popularityComesToTheTotalAndIsSkewed() {
        double[] perDay = Popularity.perDay(1_000, 1e6);
        double sum = 0;
        for (double rate : perDay) {
            sum += rate;
        }
        assertThat(sum).isBetween(0.999e6, 1.001e6);
        assertThat(perDay).isSorted();
        assertThat(perDay[440]).isLessThanOrEqualTo(25);
        assertThat(perDay[999]).isGreaterThan(10_000);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new AzureLike(1, 0, 1, DAY)).hasMessageContaining("functions is 0");
        assertThatThrownBy(() -> new AzureLike(1, 1, 0, DAY)).hasMessageContaining("rate is 0.0");
        assertThatThrownBy(() -> new AzureLike(1, 1, 1, Duration.ZERO)).hasMessageContaining("length");
    }

    private static List<TracedCall> all(AzureLike like) {
        List<TracedCall> calls = new ArrayList<>();
        try (Trace trace = new SyntheticTrace(like)) {
            for (TracedCall call = trace.next(); call != null; call = trace.next()) {
                calls.add(call);
            }
        }
        return calls;
    }
}
