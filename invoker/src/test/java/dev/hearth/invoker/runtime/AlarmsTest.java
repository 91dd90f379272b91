package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.PoolEffect.ArmTimer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AlarmsTest {
    private static final ContainerId ONE = new ContainerId("a-1");
    private static final ContainerId OTHER = new ContainerId("a-2");
    private final Alarms alarms = new Alarms();

    private static ArmTimer timer(ContainerId container, long generation, long millis) {
        return new ArmTimer(container, generation, Duration.ofMillis(millis));
    }

    @Test
    void showsWhatIsDueAndNothingElse() {
        alarms.arm(timer(ONE, 1, 10), 100);
        alarms.arm(timer(OTHER, 1, 11), 100);
        assertThat(alarms.due(109)).isEmpty();
        assertThat(alarms.due(110)).containsExactly(new Alarms.Alarm(ONE, 1, 110));
    }

    @Test
    void keepsOnlyTheLatestOfAContainer() {
        alarms.arm(timer(ONE, 1, 10), 100);
        alarms.arm(timer(ONE, 2, 50), 100);
        assertThat(alarms.due(110)).isEmpty();
        assertThat(alarms.due(150)).extracting(Alarms.Alarm::generation).containsExactly(2L);
    }

    @Test
    void takesNoNewerOneForTheOneThatWasDue() {
        alarms.arm(timer(ONE, 1, 10), 100);
        Alarms.Alarm due = alarms.due(110).getFirst();
        alarms.arm(timer(ONE, 2, 10), 110);
        alarms.take(due);
        assertThat(alarms.due(120)).extracting(Alarms.Alarm::generation).containsExactly(2L);
    }

    @Test
    void forgetsAContainerThatGoes() {
        alarms.arm(timer(ONE, 1, 10), 100);
        alarms.forget(ONE);
        assertThat(alarms.due(1_000)).isEmpty();
    }
}
