package dev.hearth.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DownloadsTest {
    private final Agenda agenda = new Agenda();
    private final Map<String, Long> ends = new LinkedHashMap<>();

    @Test
    void oneTakesItsBytesOverTheWorkersBandwidth() {
        Downloads downloads = downloads(10, 1_000);
        begin(downloads, "a", 0, 100);
        assertThat(played()).containsExactly(Map.entry("a", 10_000L));
    }

    @Test
    void twoOfAWorkerShareIt() {
        Downloads downloads = downloads(10, 1_000);
        begin(downloads, "a", 0, 100);
        begin(downloads, "b", 0, 50);
        begin(downloads, "elsewhere", 1, 100);
        // b has 5 a second until it is over at 10 s; then a has the other 50 at 10 a second.
        assertThat(played())
                .containsOnly(Map.entry("b", 10_000L), Map.entry("elsewhere", 10_000L), Map.entry("a", 15_000L));
    }

    @Test
    void allShareTheHeads() {
        Downloads downloads = downloads(10, 20);
        for (int worker = 0; worker < 4; worker++) {
            begin(downloads, "w" + worker, worker, 100);
        }
        assertThat(played().values()).containsOnly(20_000L);
    }

    @Test
    void oneThatBeginsLaterSlowsTheFirstDownFromThen() {
        Downloads downloads = downloads(10, 1_000);
        begin(downloads, "a", 0, 100);
        agenda.at(5_000_000, () -> begin(downloads, "b", 0, 100));
        assertThat(played()).containsExactly(Map.entry("a", 15_000L), Map.entry("b", 20_000L));
    }

    private Downloads downloads(long worker, long head) {
        Duration none = Duration.ZERO;
        Costs costs = new Costs(none, Map.of(), Map.of(), none, none, Bytes.ofMiB(worker), Bytes.ofMiB(head));
        return new Downloads(agenda, costs, 4);
    }

    private void begin(Downloads downloads, String name, int worker, long mebibytes) {
        downloads.begin(worker, mebibytes << 20, () -> ends.put(name, Math.round(agenda.now() / 1e3)));
    }

    private Map<String, Long> played() {
        while (agenda.playNext()) {
            assertThat(agenda.now()).isNotNegative();
        }
        return ends;
    }
}
