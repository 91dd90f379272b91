package dev.hearth.gateway.heads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is gone, and who only seems to be. */
final class SilenceTest {
    private final Silence silence = new Silence(1_000);

    private static HeadLife life(String id, long epoch, long beat) {
        return new HeadLife(id, epoch, beat, 0);
    }

    @Test
    void aHeadThatBeatsIsNotGoneAndOneThatDoesNotIsAfterTheGrace() {
        for (int now = 0; now < 1_000; now += 200) {
            assertThat(silence.gone(List.of(life("a", 1, now), life("b", 2, 7)), now))
                    .isEmpty();
        }
        assertThat(silence.gone(List.of(life("a", 1, 1_000), life("b", 2, 7)), 1_000))
                .containsExactly(life("b", 2, 7));
    }

    @Test
    void aNewLifeIsASignOfLife() {
        assertThat(silence.gone(List.of(life("b", 2, 7)), 0)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 2, 7)), 400)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 2, 7)), 800)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 3, 0)), 1_200)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 3, 0)), 1_600)).isEmpty();
    }

    @Test
    void timeInWhichThisHeadDidNotLookIsNobodysSilence() {
        assertThat(silence.gone(List.of(life("b", 2, 7)), 0)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 2, 7)), 60_000)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 2, 7)), 60_400)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 2, 7)), 60_800)).isEmpty();
        assertThat(silence.gone(List.of(life("b", 2, 7)), 61_000)).hasSize(1);
    }
}
