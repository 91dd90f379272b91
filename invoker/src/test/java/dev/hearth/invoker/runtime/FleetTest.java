package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Cancel;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.bus.UsageReply;
import dev.hearth.common.bus.UsageReport;
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
import io.vertx.core.eventbus.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
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

    private void answered(FakeContainer container) throws Exception {
        container.runtime.initialised();
        container.runtime.answer(1, "text/plain", 2, false, "ok");
        node.told();
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
            answered(container);
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
            answered(container);
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
                        foreign.imageDigest(), foreign.imageSource().reference(), "default", ""));
    }

    @Test
    void endsACancelledCallThatWaitsForItsContainer() throws Exception {
        Dispatch dispatch = dispatch();
        take(dispatch);
        node.asked("create hearth-node-a-1");

        cancel(dispatch);

        assertThat(node.failure()).startsWith("CANCELLED").contains("was cancelled while it waited for a container");
        node.on(() -> assertThat(node.fleet.pool().snapshot().slots().used()).isZero());
    }

    @Test
    void endsACancelledCallThatWaitsForItsImage() throws Exception {
        Revision foreign = foreign();
        Dispatch dispatch = Samples.dispatch(foreign, "event", false);
        node.vertx.eventBus().<BusMessage>consumer(BusAddress.REGISTRY, message -> cancel(dispatch, message));
        node.on(() -> node.fleet.take(new Attempt(dispatch, foreign)));

        assertThat(node.failure()).startsWith("CANCELLED");
        node.on(() -> assertThat(node.fleet.pool().snapshot().slots().used()).isZero());
    }

    private void cancel(Dispatch dispatch) throws Exception {
        node.on(() -> node.intake.heard(new Cancel(dispatch.id(), 1), node.condition));
    }

    private void cancel(Dispatch dispatch, Message<BusMessage> fetch) {
        if (fetch.body() instanceof ImageFetch) {
            Thread.ofVirtual().start(() -> {
                try {
                    cancel(dispatch);
                    fetch.reply(new ImageReply("", true, 1 << 20), BusCodec.options());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    void killsTheContainerOfACancelledCallAndIgnoresTheNextCancel() throws Exception {
        Dispatch dispatch = dispatch();
        take(dispatch);
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            container.runtime.expect(4);
            container.runtime.initialised();
            container.runtime.expect(6);
            cancel(dispatch);
            cancel(dispatch);
            container.bridge.expect(13);

            container.bridge.exit(true, 9);

            assertThat(node.failure()).startsWith("CANCELLED").contains("its container was killed");
            cancel(dispatch);
            node.asked("remove engine-1");
            node.on(() -> assertThat(node.told).isEmpty());
        }
    }

    @Test
    void givesTheWholeLogOfACallThatHasJustEnded() throws Exception {
        Dispatch dispatch = dispatch();
        take(dispatch);
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            answered(container);
            CompletableFuture<LogReply> log = log(dispatch);
            CompletableFuture<LogReply> again = log(dispatch);
            long nonce = container.bridge.expect(15).id();
            assertThat(log).isNotDone();

            container.bridge.log(1, "last line\n");
            container.bridge.status(nonce, 0);
            container.bridge.status(container.bridge.expect(15).id(), 0);

            for (LogReply reply : List.of(log.get(20, TimeUnit.SECONDS), again.get(20, TimeUnit.SECONDS))) {
                assertThat(reply.ended()).isTrue();
                assertThat(reply.lines()).extracting(LogReply.Line::text).containsExactly("last line");
            }
        }
    }

    @Test
    void saysThatALogMayNotBeWholeWhenTheBridgeDoesNotAnswer() throws Exception {
        Dispatch dispatch = dispatch();
        take(dispatch);
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            answered(container);

            assertThat(log(dispatch).get(20, TimeUnit.SECONDS).ended()).isFalse();

            CompletableFuture<LogReply> log = log(dispatch);
            container.bridge.exit(true, 9);
            assertThat(log.get(20, TimeUnit.SECONDS).ended()).as("it has died").isTrue();
        }
    }

    private CompletableFuture<LogReply> log(Dispatch dispatch) throws Exception {
        CompletableFuture<LogReply> reply = new CompletableFuture<>();
        node.on(() -> node.desk.read(new LogQuery(dispatch.id(), 1, 0, true)).onSuccess(reply::complete));
        return reply;
    }

    @Test
    void tellsWhatContainersUseUntilAGatewayHasCountedIt() throws Exception {
        BlockingQueue<Message<BusMessage>> reports = new LinkedBlockingQueue<>();
        node.vertx.eventBus().<BusMessage>consumer(BusAddress.USAGE, reports::add);
        Path counter = Files.createDirectories(node.cgroups.resolve("cpuacct/docker/engine-1"))
                .resolve("cpuacct.usage");
        take(dispatch());
        node.asked("create hearth-node-a-1");
        try (FakeContainer container = dial("a-1")) {
            answered(container);
            Files.writeString(counter, "1500000\n");
            node.on(() -> node.fleet.countUsage());
            UsageReport first = report(reports.poll(20, TimeUnit.SECONDS));
            assertThat(first.revisions())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.cpuMicros()).isEqualTo(1_500));

            Files.writeString(counter, "2500000\n");
            UsageReport again = null;
            while (again == null) {
                node.on(() -> node.fleet.countUsage());
                Message<BusMessage> next = reports.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    again = report(next);
                    next.reply(new UsageReply(again.sequence()), BusCodec.options());
                }
            }
            assertThat(again).as("nobody answered").isEqualTo(first);
            Files.writeString(counter, "4000000\n");
            node.on(() -> node.fleet.ending(Objects.requireNonNull(node.fleet.find(new ContainerId("a-1")))));
            UsageReport second = null;
            while (second == null) {
                node.on(() -> node.fleet.countUsage());
                Message<BusMessage> next = reports.poll(100, TimeUnit.MILLISECONDS);
                second = next == null ? null : report(next);
            }
            assertThat(second.sequence()).isEqualTo(2);
            assertThat(second.revisions().getFirst().cpuMicros()).isEqualTo(2_500);
        }
    }

    private static UsageReport report(Message<BusMessage> message) {
        assertThat(message).isNotNull();
        return (UsageReport) message.body();
    }
}
