package dev.hearth.gateway.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.bus.Dispatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls whose node, or what told of them, was lost. */
final class LostCallsTest extends CallsBench {
    @Test
    void endWithNodeLostWhenTheirNodeIs() throws Exception {
        submit(1);
        submit(2);
        sent(Dispatch.class);

        on(() -> calls.nodeLost("n", "silent"));

        assertThat(told()).isEqualTo("1 failed NODE_LOST UNKNOWN");
        on(() -> assertThat(calls.inFlight()).as("the queued one waits on").isOne());
    }

    /** The node says which calls it has, in answer to a beat that went out that long after now. */
    private void echo(long laterMillis, BeatEcho.Held... held) {
        long beat = System.nanoTime() / 1_000_000 + laterMillis;
        on(() -> calls.echoed(new BeatEcho("n", 1, beat, List.of(held))));
    }

    @Test
    void endWithNodeLostWhenTwoEchoesInARowLackThem() throws Exception {
        submit(1);
        sent(Dispatch.class);

        echo(1_000);
        assertThat(client).isEmpty();
        echo(2_000);

        assertThat(told()).isEqualTo("1 failed NODE_LOST UNKNOWN");
        submit(2);
        assertThat(sent(Dispatch.class).id()).isEqualTo(Samples.id(2));
    }

    @Test
    void goOnWhileTheNodeHasThemAndWhenTheBeatWasSentBeforeThem() throws Exception {
        submit(1);
        sent(Dispatch.class);

        echo(-1_000);
        echo(-500);
        echo(1_000);
        echo(2_000, new BeatEcho.Held(Samples.id(1), 1));
        echo(3_000);
        assertThat(client).isEmpty();

        answer(1, 1);
        assertThat(told()).startsWith("1 answered");
        echo(4_000);
        echo(5_000);
        assertThat(client).isEmpty();
    }
}
