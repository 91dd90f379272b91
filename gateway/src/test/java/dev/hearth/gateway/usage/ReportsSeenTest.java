package dev.hearth.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.UsageReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportsSeenTest {
    private final ReportsSeen seen = new ReportsSeen();

    private boolean isNew(String node, long epoch, long sequence) {
        return seen.isNew(new UsageReport(node, epoch, sequence, List.of()));
    }

    @Test
    void countsEachReportOnce() {
        assertThat(isNew("n", 1, 1)).isTrue();
        assertThat(isNew("n", 1, 1)).isFalse();
        assertThat(isNew("n", 1, 2)).isTrue();
        assertThat(isNew("m", 1, 1)).as("of another node").isTrue();
    }

    @Test
    void aNewLifeOfANodeBeginsAnew() {
        isNew("n", 1, 9);
        assertThat(isNew("n", 2, 1)).isTrue();
        assertThat(isNew("n", 1, 10)).as("of its life before").isFalse();
    }

    @Test
    void goesOnAfterAGap() {
        isNew("n", 1, 1);
        assertThat(isNew("n", 1, 5)).isTrue();
        assertThat(isNew("n", 1, 4)).isFalse();
    }
}
