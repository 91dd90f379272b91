package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A container without a socket: the bridge cannot be asked, so everything goes over the engine. */
class DeathTest {
    private final FakeExecutioner executioner = new FakeExecutioner();
    private final LiveContainer container = Samples.container(new FakeOwner(), executioner);
    private final Death death = container.death();
    private final List<Boolean> heard = new ArrayList<>();

    @Test
    void isProvenByTheEnginesWord() {
        death.begin(heard::add);
        assertThat(executioner.kills).hasSize(1);
        assertThat(heard).isEmpty();

        executioner.kills.getFirst().complete();

        assertThat(heard).containsExactly(true);
        executioner.pass(60_000);
        assertThat(heard).containsExactly(true);
        assertThat(executioner.kills).hasSize(1);
    }

    @Test
    void asksTheEngineAgainUntilItAnswers() {
        death.begin(heard::add);
        executioner.kills.get(0).fail("the engine is busy");
        executioner.pass(FakeExecutioner.RETRY);
        assertThat(executioner.kills).hasSize(2);

        executioner.kills.get(1).complete();

        assertThat(heard).containsExactly(true);
        assertThat(executioner.doubted).isEmpty();
    }

    @Test
    void isReportedAsUnprovenOnceWhenNobodyAnswersInTime() {
        death.begin(heard::add);

        executioner.pass(FakeExecutioner.GRACE);

        assertThat(heard).containsExactly(false);
        assertThat(executioner.doubted).containsExactly("unproven");
        assertThat(death.begun()).isTrue();
    }

    @Test
    void isTriedFurtherAfterDoubtAndTakesTheDoubtBack() {
        death.begin(heard::add);
        executioner.pass(FakeExecutioner.GRACE);
        executioner.kills.get(0).fail("no answer");
        executioner.pass(FakeExecutioner.RETRY);

        executioner.kills.get(1).complete();

        assertThat(executioner.doubted).containsExactly("unproven", "proven");
        assertThat(heard).as("the answer went out already").containsExactly(false);
    }

    @Test
    void takesTheBridgesWordWhileTheEngineHangs() {
        death.begin(heard::add);

        death.proven();

        assertThat(heard).containsExactly(true);
        executioner.pass(FakeExecutioner.GRACE);
        executioner.kills.get(0).fail("too late");
        executioner.pass(60_000);
        assertThat(executioner.kills).hasSize(1);
        assertThat(executioner.doubted).isEmpty();
    }

    @Test
    void dropsASecondOrderWhileTheFirstIsUnderWay() {
        death.begin(heard::add);
        death.begin(proven -> heard.add(false));

        death.proven();

        assertThat(heard).containsExactly(true);
    }

    @Test
    void waitsForLastWordsAfterABrokenConnectionAndThenKills() {
        death.expect(false, () -> heard.add(true));
        assertThat(death.begun()).isFalse();
        assertThat(death.expected()).isTrue();
        assertThat(executioner.kills).isEmpty();

        executioner.pass(FakeExecutioner.BRIDGE);
        assertThat(executioner.kills).hasSize(1);
        executioner.kills.getFirst().complete();

        assertThat(heard).containsExactly(true);
    }

    @Test
    void killsAtOnceWhenTheBridgeItselfIsGone() {
        death.expect(true, () -> heard.add(true));

        assertThat(executioner.kills).hasSize(1);
    }

    @Test
    void killsNobodyWhoSaidGoodbyeInTime() {
        death.expect(false, () -> heard.add(true));

        death.proven();
        executioner.pass(60_000);

        assertThat(executioner.kills).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void isOrderedByATimeoutWhileLastWordsAreAwaited() {
        death.expect(false, () -> heard.add(false));
        death.begin(heard::add);
        executioner.pass(FakeExecutioner.BRIDGE);

        executioner.kills.getFirst().complete();

        assertThat(heard).containsExactly(true);
        assertThat(executioner.kills).hasSize(1);
    }
}
