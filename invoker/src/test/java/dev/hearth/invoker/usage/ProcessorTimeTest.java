package dev.hearth.invoker.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    private final ProcessorTime time = new ProcessorTime();

    @Test
    void chargesWhatCameSinceTheLastLook() {
        assertThat(time.charge(100)).isEqualTo(100);
        assertThat(time.charge(100)).isZero();
        assertThat(time.charge(250)).isEqualTo(150);
    }

    @Test
    void chargesNothingTwiceWhenALookComesLate() {
        time.charge(300);
        assertThat(time.charge(200)).isZero();
        assertThat(time.charge(310)).isEqualTo(10);
    }

    @Test
    void doesNotChargeWhatAnEarlierLifeHasCharged() {
        time.adopted();
        assertThat(time.charge(5_000)).isZero();
        assertThat(time.charge(5_200)).isEqualTo(200);
    }
}
