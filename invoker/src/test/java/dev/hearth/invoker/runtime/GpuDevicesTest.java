package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.pool.ContainerId;
import org.junit.jupiter.api.Test;

final class GpuDevicesTest {
    private static final ContainerId A = new ContainerId("a");
    private static final ContainerId B = new ContainerId("b");
    private final GpuDevices devices = new GpuDevices(3);

    @Test
    void eachBelongsToOneContainerUntilThatIsGone() {
        assertThat(devices.take(A, 2)).containsExactly("0", "1");
        assertThat(devices.take(B, 1)).containsExactly("2");
        devices.release(A);
        devices.release(A);
        assertThat(devices.take(A, 1)).containsExactly("0");
    }

    @Test
    void thereAreNoMoreThanTheNodeHas() {
        assertThat(devices.take(A, 4)).containsExactly("0", "1", "2");
        assertThat(devices.take(B, 1)).isEmpty();
    }

    @Test
    void aContainerThatAsksForNoneGetsNone() {
        assertThat(devices.take(A, 0)).isEmpty();
        assertThat(devices.take(B, 3)).hasSize(3);
    }
}
