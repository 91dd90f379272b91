package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.docker.EngineFault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ReaperTest {
    private FakeInvoker node;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        node = new FakeInvoker(data);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    private LiveContainer container() {
        return Samples.container(new FakeOwner(), node.reaper);
    }

    private Future<Void> removed(LiveContainer container) throws Exception {
        List<Future<Void>> removal = new ArrayList<>();
        node.on(() -> removal.add(node.reaper.remove(container)));
        return removal.getFirst();
    }

    @Test
    void namesAContainerByTheEnginesIdOnceThereIsOne() throws Exception {
        removed(container());
        node.asked("remove hearth-node-a-1");

        LiveContainer created = container();
        created.created("e-1");
        removed(created);

        node.asked("remove e-1");
    }

    @Test
    void triesUntilTheEngineSaysThatTheContainerIsGone() throws Exception {
        node.engine.answer("remove", () -> Future.failedFuture("busy"));
        Future<Void> removal = removed(container());
        node.asked("remove hearth-node-a-1");
        node.asked("remove hearth-node-a-1");
        assertThat(removal.isComplete()).isFalse();

        node.on(() -> node.engine.answer("remove", null));

        FakeInvoker.await(removal);
        assertThat(node.reaper.pending()).isZero();
    }

    @Test
    void removesOnlyAFewAtOnce() throws Exception {
        List<Promise<Object>> answers = new ArrayList<>();
        node.engine.answer("remove", () -> {
            Promise<Object> answer = Promise.promise();
            answers.add(answer);
            return answer.future();
        });
        for (int i = 0; i < 5; i++) {
            removed(container());
        }
        node.on(() -> assertThat(answers).hasSize(2));
        assertThat(node.reaper.pending()).isEqualTo(5);

        node.on(() -> answers.getFirst().complete());

        node.on(() -> assertThat(answers).hasSize(3));
        assertThat(node.reaper.pending()).isEqualTo(4);
    }

    @Test
    void waitsWithARemovalForWhatIsBeingDoneToTheContainer() throws Exception {
        Promise<Void> create = Promise.promise();
        LiveContainer container = container();
        container.engine.doing(create.future());
        Future<Void> removal = removed(container);
        assertThat(node.engine.asked).isEmpty();

        node.on(() -> create.fail("timed out"));

        FakeInvoker.await(removal);
        node.asked("remove hearth-node-a-1");
    }

    @Test
    void takesAContainerThatIsNotThereForKilled() throws Exception {
        node.engine.answer(
                "kill", () -> Future.failedFuture(new EngineFault(EngineFault.Kind.NO_SUCH_CONTAINER, "gone")));
        FakeInvoker.await(node.reaper.kill(container()));

        node.engine.answer("kill", () -> Future.failedFuture(new EngineFault(EngineFault.Kind.TIMED_OUT, "late")));
        assertThat(node.reaper.kill(container()).failed()).isTrue();
    }

    @Test
    void keepsTheNodeFromCallsWhileAnyDeathIsNotProven() throws Exception {
        LiveContainer one = container();
        LiveContainer other = container();
        node.reaper.unproven(one);
        node.reaper.unproven(other);
        node.reaper.proven(one);
        assertThat(node.condition.reason()).contains("not proven");

        node.reaper.proven(other);

        assertThat(node.condition.reason()).doesNotContain("not proven");
    }
}
