package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.docker.ContainerState;
import io.vertx.core.Future;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EngineWatchTest {
    private FakeInvoker node;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        node = new FakeInvoker(data);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    @Test
    void putsTheNodeInOrderBeforeItTakesCalls() throws Exception {
        assertThat(node.condition.ready()).isFalse();

        node.on(node.watch::begin);

        node.asked("probe");
        node.asked("warm up");
        node.asked("images");
        node.asked("list node");
        node.asked("ping");
        node.on(() -> assertThat(node.condition.ready()).isTrue());
    }

    @Test
    void saysWhyTheNodeTakesNoCallsAndAsksUntilTheEngineAnswers() throws Exception {
        node.engine.answer("probe", () -> Future.failedFuture("nobody listens"));
        node.on(node.watch::begin);
        node.asked("probe");
        node.asked("probe");
        node.on(() -> assertThat(node.condition.reason()).contains("does not answer: nobody listens"));

        node.on(() -> node.engine.answer("probe", null));

        node.asked("ping");
        node.on(() -> assertThat(node.condition.ready()).isTrue());
    }

    @Test
    void adoptsAgainAfterAnOutage() throws Exception {
        node.on(node.watch::begin);
        node.asked("ping");

        node.on(() -> node.engine.answer("ping", () -> Future.failedFuture("gone")));
        node.asked("probe");

        node.asked("list node");
    }

    @Test
    void asksForImagesThatOtherHandsMadeNowAndThen() throws Exception {
        node.on(node.watch::begin);
        node.asked("images");
        node.asked("ping");

        node.asked("images");
    }

    @Test
    void removesContainersThatNobodyKnowsNowAndThen() throws Exception {
        node.on(node.watch::begin);
        node.asked("ping");

        node.on(() -> node.engine.containers.add(AdoptionTest.listed(ContainerState.EXITED)));

        node.asked("remove old-1");
    }

    @Test
    void asksNoMoreOnceItHasEnded() throws Exception {
        node.on(node.watch::begin);
        node.asked("ping");

        node.on(node.watch::end);
        node.on(node.engine.asked::clear);

        node.on(() -> assertThat(node.engine.asked).isEmpty());
    }
}
