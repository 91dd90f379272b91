package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    @Test
    void isKnownAfterSixteenCalls() {
        for (int i = 1; i < 16; i++) {
            pace.add(1);
            assertThat(pace.isKnown()).isFalse();
        }
        pace.add(1);
        assertThat(pace.isKnown()).isTrue();
    }

    @Test
    void leavesOutThoseThatAPauseMadeLate() {
        for (int i = 0; i < 32; i++) {
            pace.add(i % 2);
        }
        assertThat(pace.mean()).isEqualTo(8.0 / 24);
        for (int i = 0; i < 8; i++) {
            pace.add(500);
        }
        assertThat(pace.mean()).isEqualTo(12.0 / 24);
        pace.add(500);
        assertThat(pace.mean()).isGreaterThan(20);
    }

    @Test
    void isTheMeanOfTheShorterThreeQuartersOfTheLastCalls() {
        Random random = new Random(7);
        Deque<Long> last = new ArrayDeque<>();
        for (int i = 1; i < 2_000; i++) {
            long millis = random.nextInt(1 + random.nextInt(200));
            pace.add(millis);
            last.addLast(millis);
            if (last.size() > 32) {
                last.removeFirst();
            }
            int counted = Math.max(1, last.size() * 3 / 4);
            double naive = last.stream()
                    .sorted()
                    .limit(counted)
                    .mapToLong(Long::longValue)
                    .average()
                    .orElseThrow();
            assertThat(pace.mean()).as("after %s calls", i).isCloseTo(naive, Offset.offset(1e-9));
        }
    }
}
