package dev.hearth.deploy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AgendaTest {
    private record Entry(long time, int order) {}

    @Test
    void playsInOrderOfTimeThenOfEntry() {
        Agenda agenda = new Agenda();
        Random random = new Random(1);
        List<Entry> entered = new ArrayList<>();
        List<Entry> played = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Entry entry = new Entry(random.nextInt(500), i);
            entered.add(entry);
            agenda.at(entry.time(), () -> {
                assertThat(agenda.now()).isEqualTo(entry.time());
                played.add(entry);
            });
        }
        while (agenda.playNext()) {
            assertThat(agenda.millis()).isEqualTo(agenda.now() / 1_000);
        }
        entered.sort(Comparator.comparingLong(Entry::time).thenComparingInt(Entry::order));
        assertThat(played).isEqualTo(entered);
        assertThat(agenda.played()).isEqualTo(5_000);
    }

    @Test
    void whatIsEnteredForThePastHappensNow() {
        Agenda agenda = new Agenda();
        List<Long> times = new ArrayList<>();
        agenda.at(100, () -> agenda.at(5, () -> times.add(agenda.now())));
        while (agenda.playNext()) {
            times.add(-1L);
        }
        assertThat(times).containsExactly(-1L, 100L, -1L);
    }
}
