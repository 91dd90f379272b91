package dev.hearth.common.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SortableIdTest {
    @Test
    void sortsByCreationAlsoWithinOneMillisecond() {
        List<SortableId> made = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            made.add(SortableId.next());
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void itsTextSortsAsItDoes() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            texts.add(SortableId.next().toString());
        }
        assertThat(texts).isSorted();
    }

    @Test
    void staysInOrderWhenTheClockGoesBack() {
        long now = System.currentTimeMillis();
        SortableId before = SortableId.at(now);
        SortableId after = SortableId.at(now - 60_000);
        assertThat(after).isGreaterThan(before);
    }

    @Test
    void readsWhatItWrites() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            SortableId id = new SortableId(random.nextLong(), random.nextLong());
            assertThat(id.toString()).hasSize(26).matches("[0-7][0-9a-hjkmnp-tv-z]{25}");
            assertThat(SortableId.parse(id.toString())).isEqualTo(id);
        }
        assertThat(SortableId.parse("7zzzzzzzzzzzzzzzzzzzzzzzzz")).isEqualTo(new SortableId(-1, -1));
    }

    @Test
    void comparesAsUnsignedNumbers() {
        assertThat(new SortableId(-1, 0)).isGreaterThan(new SortableId(1, 0));
        assertThat(new SortableId(1, -1)).isGreaterThan(new SortableId(1, 1));
    }

    @Test
    void knowsWhenItWasMade() {
        long before = System.currentTimeMillis();
        long made = SortableId.next().millis();
        assertThat(made).isBetween(before, System.currentTimeMillis());
    }

    @Test
    void refusesWhatIsNoId() {
        for (String text :
                List.of("", "0123", "0".repeat(27), "8" + "0".repeat(25), "0".repeat(25) + "u", "O".repeat(26))) {
            assertThatThrownBy(() -> SortableId.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "' is not an id");
        }
    }

    @Test
    void isUniqueOverThreads() throws InterruptedException {
        Set<SortableId> all = new HashSet<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                List<SortableId> own = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    own.add(SortableId.next());
                }
                synchronized (all) {
                    all.addAll(own);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(all).hasSize(40_000);
    }

    @Test
    void invocationsAndRevisionsReadTheirOwnText() {
        InvocationId invocation = InvocationId.next();
        RevisionId revision = RevisionId.next();
        assertThat(InvocationId.parse(invocation.toString())).isEqualTo(invocation);
        assertThat(RevisionId.parse(revision.toString())).isEqualTo(revision);
        assertThat(InvocationId.next()).isGreaterThan(invocation);
        assertThat(RevisionId.next()).isGreaterThan(revision);
    }
}
