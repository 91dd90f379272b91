package dev.hearth.invoker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CodeShelfTest {
    private final CodeShelf shelf = new CodeShelf(100);

    @Test
    void letsTheLongestUnusedGoFirst() {
        fill("a", "b", "c");
        shelf.pin("a");
        shelf.unpin("a");
        assertThat(shelf.reserve("d", 60)).contains(List.of("b", "c"));
        assertThat(shelf.holds("a")).isTrue();
        assertThat(shelf.used()).isEqualTo(90);
    }

    @Test
    void neverLetsAPinnedOneGo() {
        fill("a", "b", "c");
        shelf.pin("a");
        assertThat(shelf.reserve("d", 40)).contains(List.of("b"));
        assertThat(shelf.holds("a")).isTrue();
    }

    @Test
    void letsNothingGoWhenItWouldNotDo() {
        fill("a", "b", "c");
        shelf.pin("b");
        assertThat(shelf.reserve("d", 90)).isEmpty();
        assertThat(shelf.used()).isEqualTo(90);
        assertThat(shelf.holds("a")).isTrue();
        assertThat(shelf.holds("d")).isFalse();
    }

    @Test
    void keepsItsSumsOverRandomUse() {
        for (long seed = 0; seed < 200; seed++) {
            checkRandomUse(seed);
        }
    }

    private static void checkRandomUse(long seed) {
        Random random = new Random(seed);
        CodeShelf shelf = new CodeShelf(1_000);
        Map<String, Integer> pins = new HashMap<>();
        for (int step = 0; step < 200; step++) {
            String key = "k" + random.nextInt(12);
            if (!shelf.holds(key)) {
                Optional<List<String>> gone = shelf.reserve(key, 1 + random.nextInt(400));
                gone.ifPresent(keys -> {
                    assertThat(keys).as("seed %d", seed).allMatch(victim -> pins.getOrDefault(victim, 0) == 0);
                    pins.put(key, 1);
                });
            } else if (random.nextInt(3) == 0) {
                shelf.pin(key);
                pins.merge(key, 1, Integer::sum);
            } else if (pins.getOrDefault(key, 0) > 0) {
                shelf.unpin(key);
                pins.merge(key, -1, Integer::sum);
            }
            long sum = 0;
            for (int i = 0; i < 12; i++) {
                sum += shelf.holds("k" + i) ? shelf.bytes("k" + i) : 0;
            }
            assertThat(shelf.used()).as("seed %d", seed).isEqualTo(sum).isLessThanOrEqualTo(1_000);
        }
    }

    private void fill(String... keys) {
        for (String key : keys) {
            shelf.adopt(key, 30);
        }
    }
}
