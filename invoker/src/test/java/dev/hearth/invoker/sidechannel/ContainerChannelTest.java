package dev.hearth.invoker.sidechannel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The socket against containers that keep to the contract and against those that do not. */
@Timeout(30)
class ContainerChannelTest implements ContainerEvents {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private ContainerChannel channel;
    private FakeContainer container;

    @BeforeEach
    void listen(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        channel = ContainerChannel.listen(vertx, socket, 65_536, this)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        container = new FakeContainer(socket);
    }

    @AfterEach
    void close() throws Exception {
        container.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String next() throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }

    @Test
    void isReadyWhenBothHaveSaidHelloInWhateverOrder() throws Exception {
        container.runtime.hello(1, "r1", 3);
        container.runtime.expect(Frame.WELCOME);
        container.bridge.hello(0, "", 0);
        FakeContainer.Sent welcome = container.bridge.expect(Frame.WELCOME);

        assertThat(next()).isEqualTo("ready r1 3");
        assertThat(welcome.payload().getInt(1)).isEqualTo(65_536);
        assertThat(channel.connected()).isTrue();
    }

    @Test
    void refusesASecondBridgeAndEndsTheContainer() throws Exception {
        container.hello("", 0);
        assertThat(next()).startsWith("ready");

        try (FakeContainer.Peer impostor = container.dial()) {
            impostor.hello(0, "", 0);

            assertThat(impostor.expect(Frame.REFUSE).payload().toString()).contains("a second connection");
            assertThat(impostor.isClosed()).isTrue();
        }
        assertThat(next()).isEqualTo("broken false: a second connection of the same role");
    }

    @Test
    void holdsFewConnectionsThatSayNothing() {
        List<FakeContainer.Peer> silent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            silent.add(container.dial());
        }
        // Bridge and runtime of the container, silent as well, and two more may stay.
        assertThat(silent.getLast().isClosed()).isTrue();
        assertThat(silent.get(2).isClosed()).isTrue();
        silent.forEach(FakeContainer.Peer::close);
        container.hello("", 0);
    }

    @Test
    void tellsAnotherMajorVersionWhatToDo() throws Exception {
        Buffer hello =
                Buffer.buffer(new byte[] {1, 0, 1, 0, 0, 0, 0}).appendLong(0).appendUnsignedShort(0);
        container.runtime.send(Frame.HELLO, 0, hello);

        assertThat(container.runtime.expect(Frame.REFUSE).payload().toString()).contains("protocol 1.0");
        assertThat(next()).startsWith("broken false: protocol 1.0");
    }

    @Test
    void endsAConnectionThatSendsNonsense() throws Exception {
        container.hello("", 0);
        assertThat(next()).startsWith("ready");

        container.runtime.raw(Buffer.buffer().appendInt(70_000));

        assertThat(container.runtime.isClosed()).isTrue();
        assertThat(next()).startsWith("broken false: a frame of 70000 bytes");
        assertThat(channel.connected()).isFalse();
    }

    @Test
    void endsTheConnectionWhenOneOfItsFramesCannotBeHandled() throws Exception {
        container.hello("", 0);
        assertThat(next()).startsWith("ready");

        container.bridge.retire(0, "explode");

        assertThat(container.bridge.isClosed()).isTrue();
        assertThat(next()).startsWith("broken true: this node failed at one of its frames");
    }

    @Test
    void skipsFramesOfANewerMinorVersion() throws Exception {
        container.hello("", 0);
        assertThat(next()).startsWith("ready");

        container.runtime.send(99, 1, Buffer.buffer("new"));
        container.bridge.send(99, 1, Buffer.buffer("new"));
        container.bridge.retire(4, "old");

        assertThat(next()).isEqualTo("retire 4 old");
    }

    @Test
    void cutsABodyThatOneFrameCannotHold() throws Exception {
        container.hello("r", 0);
        assertThat(next()).startsWith("ready");
        RunHead head = new RunHead(1, 0, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "", Buffer.buffer());
        vertx.runOnContext(v -> channel.run(head, Buffer.buffer(new byte[150_000]), false));

        int bytes = container.runtime.expect(Frame.RUN).payload().length() - (8 + 2 + 26 + 2 + 4 + 1);
        while (bytes < 150_000) {
            bytes += container.runtime.expect(Frame.DATA).payload().length();
        }

        assertThat(bytes).isEqualTo(150_000);
        assertThat(container.runtime.expect(Frame.END).payload().getByte(0)).isZero();
    }

    @Override
    public void ready(Hello hello) {
        events.add("ready " + hello.revision() + " " + hello.completed());
    }

    @Override
    public void retire(long completed, String reason) {
        if (reason.equals("explode")) {
            throw new IllegalStateException("the books do not add up");
        }
        events.add("retire " + completed + " " + reason);
    }

    @Override
    public void broken(boolean bridge, String reason) {
        events.add("broken " + bridge + ": " + reason);
    }

    @Override
    public void initialised(boolean ok, String type, String message, String stack) {}

    @Override
    public void result(long call, ResultHead head) {}

    @Override
    public void data(long call, Buffer bytes) {}

    @Override
    public void end(long call, boolean complete) {}

    @Override
    public void credit(long call, int bytes) {}

    @Override
    public void log(long call, boolean stderr, long micros, Buffer bytes) {}

    @Override
    public void status(long nonce, Figures figures) {}

    @Override
    public void exited(boolean bySignal, int value, Figures figures) {}
}
