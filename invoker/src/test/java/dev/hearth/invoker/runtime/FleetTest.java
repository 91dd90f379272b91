package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.function.Revision;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.sidechannel.FakeContainer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls from dispatch to outcome, through workshop, container and pool. */
@Timeout(30)
class FleetTest {
    private final Revision revision = Samples.revision();
    private FakeInvoker node;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        node = new FakeInvoker(data);
        node.revisions.put(revision.id(), revision);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    private Dispatch dispatch() {
        return Samples.dispatch(revision, "event", false);
    }

    private void take(Dispatch dispatch) throws Exception {
        node.on(() -> node.fleet.take(new Attempt(dispatch, revision)));
    }

    private FakeContainer dial(String id) {
        FakeContainer container = new FakeContainer(node.directories.of(id).socket());
        container.hello("", 0);
        return container;
    }

    @Test
    void runsACallInANewContainerAndTheNextInTheSame() throws Exception {
        take(dispatch());
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            container.runtime.initialised();
            container.runtime.answer(1, "text/plain", 2, false, "ok");
            assertThat(started(node.told())).isEqualTo(StartKind.COLD);

            take(dispatch());
            container.runtime.answer(2, "text/plain", 2, false, "ok");

            assertThat(started(node.told())).isEqualTo(StartKind.WARM);
            node.asked("rename engine-1 hearth-node-a-1-f");
        }
    }

    private static StartKind started(Object message) {
        assertThat(message)
                .isInstanceOfSatisfying(
                        Outcome.class, outcome -> assertThat(outcome.result()).isInstanceOf(CallResult.Answered.class));
        return ((Outcome) message).start();
    }

    @Test
    void failsTheCallWhenTheEngineCreatesNothingAndRemovesWhatMayHaveBeenMade() throws Exception {
        node.engine.answer("create", () -> Future.failedFuture(new EngineFault(EngineFault.Kind.OTHER, "disk full")));

        take(dispatch());

        assertThat(node.failure()).startsWith("NO_CAPACITY").contains("disk full");
        node.asked("remove hearth-node-a-1");
    }

    @Test
    void refusesWhatFindsNoRoom() throws Exception {
        node.engine.answer("create", () -> Promise.promise().future());
        take(dispatch());
        take(dispatch());

        take(dispatch());

        assertThat(node.failure()).startsWith("refused").contains("64MiB");
    }

    @Test
    void saysThatTheNodeStopsToThoseThatWait() throws Exception {
        node.engine.answer("create", () -> Promise.promise().future());
        take(dispatch());

        node.on(node.fleet::shutDown);

        assertThat(node.failure()).isEqualTo("SHUTTING_DOWN: node node stops");
    }

    @Test
    void failsTheCallWhenNoUserIsFreeForAContainer() throws Exception {
        node.uids.take();
        node.uids.take();

        take(dispatch());

        assertThat(node.failure()).startsWith("NO_CAPACITY").contains("invoker.uid-count");
    }

    @Test
    void givesBackWhatAContainerHeldWhenItIsGone() throws Exception {
        take(dispatch());
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            container.runtime.initialised();
            container.runtime.answer(1, "text/plain", 2, false, "ok");
            node.told();
            assertThat(node.uids.free()).isEqualTo(1);

            container.bridge.exit(true, 9);

            node.asked("remove engine-1");
        }
        boolean[] gone = new boolean[1];
        while (!gone[0]) {
            node.on(() -> gone[0] = node.fleet.find(new ContainerId("a-1")) == null);
        }
        assertThat(node.uids.free()).isEqualTo(2);
        node.on(() -> assertThat(node.fleet.pool().snapshot().memory().used()).isZero());
    }
}
