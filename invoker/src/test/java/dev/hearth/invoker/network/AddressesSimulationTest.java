package dev.hearth.invoker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesSimulationTest {
    private static final long REST = 1_000;
    private static final int SIZE = 16;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTwoContainersShareAnAddressAndNoneIsTakenBeforeItHasRested(long seed) {
        Random random = new Random(seed);
        Addresses addresses = new Addresses(SIZE, REST);
        Set<Integer> used = new HashSet<>();
        Map<Integer, Long> released = new HashMap<>();
        long now = 0;
        for (int step = 0; step < 5_000; step++) {
            now += random.nextInt(200);
            if (random.nextBoolean()) {
                OptionalInt taken = addresses.take(now);
                long at = now;
                long free = free(used, released, at);
                assertThat(taken.isPresent()).as("seed %d, step %d", seed, step).isEqualTo(free > 0);
                taken.ifPresent(number -> {
                    assertThat(number).isBetween(1, SIZE - 2);
                    assertThat(used.add(number))
                            .as("seed %d: %d is in use", seed, number)
                            .isTrue();
                    assertThat(at - released.getOrDefault(number, -REST)).isGreaterThanOrEqualTo(REST);
                });
            } else if (!used.isEmpty()) {
                int number = used.stream()
                        .skip(random.nextInt(used.size()))
                        .findFirst()
                        .orElseThrow();
                used.remove(number);
                released.put(number, now);
                addresses.release(number, now);
            }
            assertThat(addresses.inUse()).isEqualTo(used.size());
        }
    }

    private static long free(Set<Integer> used, Map<Integer, Long> released, long now) {
        long busy = used.size();
        long resting = released.entrySet().stream()
                .filter(entry -> !used.contains(entry.getKey()) && now - entry.getValue() < REST)
                .count();
        return SIZE - 2 - busy - resting;
    }

    @Test
    void anAddressOfAnEarlierLifeIsNotGivenAgain() {
        Addresses addresses = new Addresses(6, REST);
        assertThat(addresses.claim(1)).isTrue();
        assertThat(addresses.claim(3)).isTrue();
        assertThat(addresses.claim(3)).isFalse();
        assertThat(addresses.claim(5)).isFalse();
        assertThat(addresses.take(0)).hasValue(2);
        assertThat(addresses.take(0)).hasValue(4);
        assertThat(addresses.take(0)).isEmpty();
        addresses.release(3, 0);
        assertThat(addresses.take(REST - 1)).isEmpty();
        assertThat(addresses.take(REST)).hasValue(3);
    }

    @Test
    void whatIsNotInUseCannotBeGivenBack() {
        Addresses addresses = new Addresses(6, REST);
        assertThatThrownBy(() -> addresses.release(1, 0)).isInstanceOf(IllegalStateException.class);
    }
}
