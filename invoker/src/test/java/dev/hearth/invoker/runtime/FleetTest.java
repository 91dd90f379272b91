package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.function.Revision;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.ImageKind;
import dev.hearth.invoker.pool.ImageNews;
import dev.hearth.invoker.pool.PoolImage;
import dev.hearth.invoker.sidechannel.FakeContainer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

    @Test
    void removesAContainerOnlyWhenItsRenamingIsOver() throws Exception {
        Promise<Void> renaming = Promise.promise();
        node.engine.answer("rename", renaming::future);
        take(dispatch());
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            container.runtime.initialised();
            container.runtime.answer(1, "text/plain", 2, false, "ok");
            node.told();
            node.asked("rename engine-1 hearth-node-a-1-f");

            container.bridge.exit(true, 9);
            node.on(() -> assertThat(node.reaper.pending()).isZero());
            while (node.soundIn("a-1")) {
                Thread.onSpinWait();
            }
            node.on(() -> assertThat(node.engine.asked).noneMatch(asked -> asked.startsWith("remove")));

            node.on(renaming::complete);
            node.asked("remove engine-1");
        }
    }

    /** A revision of an image that is not on the node. */
    private Revision foreign() {
        Revision r = Samples.foreign("sha256:" + "c".repeat(64), "example.org/tool@sha256:" + "d".repeat(64));
        node.revisions.put(r.id(), r);
        return r;
    }

    private void answerFetches(ImageReply reply) {
        node.vertx
                .eventBus()
                .<BusMessage>consumer(BusAddress.REGISTRY, message -> message.reply(reply, BusCodec.options()));
    }

    @Test
    void fetchesTheImageOfACallOverTheGatewayAndSaysSo() throws Exception {
        Revision foreign = foreign();
        answerFetches(new ImageReply("", true, 1 << 20));
        Dispatch dispatch = Samples.dispatch(foreign, "event", false);
        node.on(() -> node.fleet.take(new Attempt(dispatch, foreign)));
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            container.runtime.initialised();
            container.runtime.answer(1, "text/plain", 2, false, "ok");
            Outcome outcome = (Outcome) node.told();
            assertThat(outcome.why()).contains("had to be fetched", "it was not on the node yet");
            assertThat(outcome.timings().image()).isPositive();
        }
        node.on(() -> assertThat(node.fleet.pool().images())
                .extracting(PoolImage::kind)
                .contains(ImageKind.FETCHED));
    }

    @Test
    void failsTheCallsWhoseImageIsNotFetched() throws Exception {
        Revision foreign = foreign();
        answerFetches(ImageReply.failed("image tool: connection refused"));
        Dispatch dispatch = Samples.dispatch(foreign, "event", false);
        node.on(() -> node.fleet.take(new Attempt(dispatch, foreign)));
        assertThat(node.failure()).isEqualTo("IMAGE_PULL_FAILED: image tool: connection refused");
    }

    @Test
    void fetchesAgainWhatTheEngineDoesNotFind() throws Exception {
        Revision foreign = foreign();
        node.on(() -> node.fleet.apply(node.fleet
                .pool()
                .image(new ImageNews.Found(foreign.imageDigest(), Bytes.ofMiB(1), ImageKind.GUEST, 0), Fleet.now())));
        node.engine.answer(
                "create", () -> Future.failedFuture(new EngineFault(EngineFault.Kind.NO_SUCH_IMAGE, "no such image")));
        BlockingQueue<BusMessage> asked = new LinkedBlockingQueue<>();
        node.vertx.eventBus().<BusMessage>consumer(BusAddress.REGISTRY, message -> asked.add(message.body()));
        Dispatch dispatch = Samples.dispatch(foreign, "event", false);
        node.on(() -> node.fleet.take(new Attempt(dispatch, foreign)));
        assertThat(asked.poll(20, TimeUnit.SECONDS))
                .isEqualTo(new ImageFetch(
                        foreign.imageDigest(), foreign.imageSource().reference(), "default"));
    }
}
