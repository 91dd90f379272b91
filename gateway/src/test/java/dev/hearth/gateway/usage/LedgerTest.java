package dev.hearth.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.UsageReport;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.StartKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long TODAY = Ledger.dayOf(Samples.NOON.toEpochMilli());
    private static final Account F = new Account("default", "f");

    private final Ledger ledger = new Ledger(2);

    private Sums sums(Account account) {
        List<Ledger.Line> lines = ledger.take().stream()
                .filter(line -> line.key().account().equals(account))
                .toList();
        assertThat(lines).hasSize(1);
        return lines.getFirst().sums();
    }

    private void ran(String function) {
        ledger.ended(Samples.ran(function, StartKind.WARM, Duration.ofMillis(1), Samples.NOON));
    }

    @Test
    void addsUpWhatCallsUsed() {
        ledger.ended(Samples.ran("f", StartKind.COLD, Duration.ofSeconds(4), Samples.NOON));
        ledger.ended(Samples.ran("f", StartKind.WARM, Duration.ofSeconds(4), Samples.NOON));
        ledger.ended(Samples.ran("f", StartKind.PREWARMED, Duration.ofNanos(1_000), Samples.NOON));

        assertThat(sums(F)).isEqualTo(new Sums(3, 0, 1, 1, 1, 256L * 8_000_001, 0, 30, 60, 90, 120, 0));
    }

    @Test
    void aCallThatNeverRanHasNoStart() {
        ledger.ended(Samples.neverRan("f", Samples.NOON));

        Sums sums = sums(F);
        assertThat(sums.invocations()).isEqualTo(1);
        assertThat(sums.failures()).isEqualTo(1);
        assertThat(sums.runs()).isZero();
    }

    @Test
    void addsWhatNodesReport() {
        long gibibyteSecond = (1L << 30) * 1_000;
        UsageReport.Entry entry =
                new UsageReport.Entry(RevisionId.next(), FunctionName.inDefault("f"), 700, gibibyteSecond);
        ledger.used(entry, Samples.NOON.toEpochMilli());

        Sums sums = sums(F);
        assertThat(sums.cpuMicros()).isEqualTo(700);
        assertThat(sums.idleMibMicros()).isEqualTo(1_024L * 1_000_000);
        assertThat(sums.mibMicros()).as("idle time is not run time").isZero();
    }

    @Test
    void handsOverEachSumOnce() {
        ran("f");
        assertThat(ledger.take()).hasSize(1);
        assertThat(ledger.take()).isEmpty();
    }

    @Test
    void keepsWhatWasNotStoredForTheNextTime() {
        ran("f");
        List<Ledger.Line> lines = ledger.take();
        ran("f");

        ledger.giveBack(lines);

        assertThat(sums(F).invocations()).isEqualTo(2);
    }

    @Test
    void beginsAnewEachDay() {
        ran("f");
        ledger.ended(Samples.ran("f", StartKind.WARM, Duration.ofMillis(1), Samples.NOON.plus(Duration.ofHours(12))));

        assertThat(ledger.take()).extracting(line -> line.key().day()).containsExactlyInAnyOrder(TODAY, TODAY + 1);
    }

    @Test
    void aClockThatGoesBackGivesTheDaysBack() {
        ledger.ended(Samples.ran("f", StartKind.WARM, Duration.ofMillis(1), Samples.NOON.plus(Duration.ofDays(900))));
        ran("f");

        assertThat(ledger.take()).extracting(line -> line.key().day()).containsExactlyInAnyOrder(TODAY, TODAY + 900);
    }

    @Test
    void functionsBeyondTheBoundShareOneAccount() {
        List.of("a", "b", "c", "d", "a").forEach(this::ran);

        assertThat(ledger.take())
                .extracting(
                        line -> line.key().account().toString() + line.sums().invocations())
                .containsExactlyInAnyOrder("a2", "b1", "_other2");
        ran("d");
        assertThat(ledger.take().getFirst().key().account()).isEqualTo(Account.others("default"));
    }

    @Test
    void functionsThatAreStoredKeepTheirAccountAfterARestart() {
        ledger.opens(TODAY, List.of(new Account("default", "x"), new Account("default", "y")));
        ran("y");
        ran("new");

        assertThat(ledger.take())
                .extracting(line -> line.key().account().function())
                .containsExactlyInAnyOrder("y", Account.OTHER);
    }

    @Test
    void keepsNoMoreThanSomeDaysWhileNothingIsStored() {
        for (int day = 0; day < 100; day++) {
            ledger.giveBack(List.of(new Ledger.Line(new Ledger.Key(day, F), Sums.NONE)));
        }

        assertThat(ledger.take()).hasSize(12);
    }
}
