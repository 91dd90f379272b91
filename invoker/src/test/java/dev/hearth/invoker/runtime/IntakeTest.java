package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BeatEcho.Held;
import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.Cancel;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.RevisionReply;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.invoker.sidechannel.FakeContainer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bus messages on their way to the fleet; the test plays the registry. */
@Timeout(30)
class IntakeTest {
    private final Revision revision = Samples.revision();
    private final BlockingQueue<Message<BusMessage>> queries = new LinkedBlockingQueue<>();
    private FakeInvoker node;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        node = new FakeInvoker(data);
        node.vertx.eventBus().<BusMessage>consumer(BusAddress.REGISTRY, queries::add);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    private Dispatch dispatch(boolean more) throws Exception {
        Dispatch dispatch = Samples.dispatch(revision, "event", more);
        node.on(() -> node.intake.heard(dispatch, node.condition));
        return dispatch;
    }

    private void ready() {
        node.condition.started();
        node.condition.engine("");
    }

    private void learn(Optional<Revision> known) throws InterruptedException {
        Message<BusMessage> query = queries.poll(20, TimeUnit.SECONDS);
        assertThat(query).isNotNull();
        query.reply(new RevisionReply(known), BusCodec.options());
    }

    @Test
    void refusesWhileTheNodeIsNotReadyAndSaysWhy() throws Exception {
        dispatch(false);

        assertThat(node.failure()).startsWith("refused: the Docker Engine has not answered yet");
    }

    @Test
    void asksForARevisionOnce() throws Exception {
        ready();
        dispatch(false);
        learn(Optional.of(revision));
        node.asked("create hearth-node-a-1");

        dispatch(false);

        node.asked("create hearth-node-a-2");
        assertThat(queries).isEmpty();
    }

    @Test
    void failsACallWhoseRevisionWasDeleted() throws Exception {
        ready();
        dispatch(false);

        learn(Optional.empty());

        assertThat(node.failure()).startsWith("FUNCTION_NOT_FOUND").contains("was deleted before the call began");
    }

    @Test
    void failsACallWhenTheRegistryDoesNotAnswer() throws Exception {
        ready();
        dispatch(false);

        queries.take().fail(1, "store closed");

        assertThat(node.failure()).startsWith("INTERNAL").contains("store closed");
    }

    @Test
    void keepsThePartsOfABodyThatComeBeforeTheRevision() throws Exception {
        ready();
        Dispatch dispatch = dispatch(true);
        Chunk part = new Chunk(dispatch.id(), 1, Buffer.buffer("more"), Chunk.End.COMPLETE);
        node.on(() -> node.intake.heard(part, node.condition));

        learn(Optional.of(revision));

        node.asked("create hearth-node-a-1");
        try (FakeContainer container =
                new FakeContainer(node.directories.of("a-1").socket())) {
            container.hello("", 0);
            container.runtime.expect(4);
            container.runtime.initialised();
            assertThat(container.runtime.expect(6).payload().toString()).endsWith("event");
            assertThat(container.runtime.expect(8).payload().toString()).isEqualTo("more");
        }
    }

    @Test
    void asksAgainWhenTheRegistrysAnswerWasLost() throws Exception {
        ready();
        dispatch(false);
        assertThat(queries.poll(20, TimeUnit.SECONDS)).isNotNull();

        learn(Optional.of(revision));

        node.asked("create hearth-node-a-1");
    }

    @Test
    void tellsAGatewayWhichOfItsCallsAreHereWhetherTheirRevisionIsKnownOrNot() throws Exception {
        ready();
        Dispatch dispatch = dispatch(false);
        Held held = new Held(dispatch.id(), 1);
        node.on(() -> assertThat(node.intake.held("gateway")).containsExactly(held));
        node.on(() -> assertThat(node.intake.held("another")).isEmpty());

        learn(Optional.of(revision));
        node.asked("create hearth-node-a-1");

        node.on(() -> assertThat(node.intake.held("gateway")).containsExactly(held));
    }

    @Test
    void dropsACallThatIsCancelledBeforeItsRevisionIsKnown() throws Exception {
        ready();
        Dispatch dispatch = dispatch(false);
        node.on(() -> node.intake.heard(new Cancel(dispatch.id(), 1), node.condition));
        assertThat(node.failure()).startsWith("CANCELLED");

        learn(Optional.of(revision));

        node.on(() -> assertThat(node.fleet.pool().snapshot().slots().used()).isZero());
        assertThat(node.told).isEmpty();
    }

    @Test
    void aCancelOfAnUnknownCallIsNotAnswered() throws Exception {
        ready();
        node.on(() -> node.intake.heard(new Cancel(InvocationId.next(), 1), node.condition));

        node.on(() -> assertThat(node.told).isEmpty());
    }
}
