package dev.hearth.common.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class LimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Bytes MEMORY = Bytes.ofMiB(64);

    @Test
    void dockerIsToldMemoryAndDiskTogether() {
        assertThat(Limits.DEFAULT.cgroupMemory()).isEqualTo(Bytes.ofMiB(256 + 64));
    }

    @Test
    void refusesATimeoutOutOfRangeWithItsName() {
        assertThatThrownBy(() -> limits(Duration.ZERO, MEMORY, 64))
                .hasMessage("limits.timeout is 0s, must be 1ms to 1d");
        assertThatThrownBy(() -> limits(Duration.ofDays(2), MEMORY, 64))
                .hasMessage("limits.timeout is 2d, must be 1ms to 1d");
    }

    @Test
    void refusesTooLittleMemoryAndTooFewProcesses() {
        assertThatThrownBy(() -> limits(SECOND, Bytes.ofMiB(15), 64))
                .hasMessage("limits.memory is 15MiB, must be 16MiB to 4TiB");
        assertThatThrownBy(() -> limits(SECOND, MEMORY, 7)).hasMessage("limits.pids is 7, must be 8 to 32768");
    }

    @Test
    void checksOptionalLimitsOnlyWhenTheyAreThere() {
        assertThat(optional(OptionalDouble.empty(), OptionalInt.empty()).cpus()).isEmpty();
        assertThat(optional(OptionalDouble.of(0.5), OptionalInt.of(3)).maxContainers())
                .hasValue(3);
        assertThatThrownBy(() -> optional(OptionalDouble.of(0), OptionalInt.empty()))
                .hasMessageStartingWith("limits.cpus is 0.0");
        assertThatThrownBy(() -> optional(OptionalDouble.empty(), OptionalInt.of(0)))
                .hasMessageStartingWith("limits.maxContainers is 0");
    }

    private static Limits limits(Duration timeout, Bytes memory, int pids) {
        return new Limits(
                timeout,
                SECOND,
                memory,
                MEMORY,
                MEMORY,
                MEMORY,
                OptionalDouble.empty(),
                pids,
                1,
                OptionalInt.empty(),
                Gpus.NONE);
    }

    private static Limits optional(OptionalDouble cpus, OptionalInt maxContainers) {
        return new Limits(SECOND, SECOND, MEMORY, MEMORY, MEMORY, MEMORY, cpus, 64, 1, maxContainers, Gpus.NONE);
    }
}
