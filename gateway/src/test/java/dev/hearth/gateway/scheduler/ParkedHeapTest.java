package dev.hearth.gateway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ParkedHeapTest {
    private static final int STEPS = 5_000;

    private final ParkedHeap heap = new ParkedHeap();
    private final Bars bars = new Bars();
    private final Node node = new Node(Sample.node("a", Sample.room(1, 1, 1)));

    private static RevisionQueue revision(int number, long arrival) {
        FunctionQueue function = new FunctionQueue(Sample.function(number));
        RevisionQueue revision =
                new RevisionQueue(Sample.revision(number), function, Sample.demand(1, 1), new Ground(Needs.NONE));
        revision.parkedArrival = arrival;
        return revision;
    }

    @Test
    void findsTheOldestAsASortedSetDoes() {
        Random random = new Random(1);
        TreeSet<RevisionQueue> sorted = new TreeSet<>(Comparator.comparingLong(queue -> queue.parkedArrival));
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(5) < 3 || sorted.isEmpty()) {
                RevisionQueue added = revision(step, random.nextInt(10) * 1_000_000L + step);
                heap.add(added);
                sorted.add(added);
                if (random.nextInt(3) == 0) {
                    bars.add(added.id(), node, 1);
                }
            } else {
                RevisionQueue some = sorted.ceiling(revision(0, random.nextInt(10) * 1_000_000L));
                RevisionQueue gone = some == null || random.nextBoolean() ? sorted.first() : some;
                heap.remove(gone);
                sorted.remove(gone);
            }
            assertThat(heap.isEmpty()).isEqualTo(sorted.isEmpty());
            assertThat(heap.oldestArrival())
                    .isEqualTo(sorted.isEmpty() ? Long.MAX_VALUE : sorted.first().parkedArrival);
            assertThat(heap.oldestFor(node, bars, Long.MAX_VALUE, 0))
                    .isSameAs(sorted.stream()
                            .filter(queue -> !bars.between(queue.id(), node))
                            .findFirst()
                            .orElse(null));
        }
    }

    @Test
    void findsNoneThatIsNotOlderThanAsked() {
        heap.add(revision(1, 5));
        assertThat(heap.oldestFor(node, bars, 5, 0)).isNull();
        assertThat(heap.oldestFor(node, bars, 6, 0)).isNotNull();
    }

    @Test
    void refusesToRemoveWhatIsNotInIt() {
        heap.add(revision(1, 5));
        assertThatThrownBy(() -> heap.remove(revision(2, 5))).isInstanceOf(IllegalStateException.class);
    }
}
