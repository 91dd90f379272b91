package dev.hearth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.ContainersQuery;
import dev.hearth.common.config.Sources;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.Machine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void partsStopInTheReverseOrderOfTheirStart() {
        List<String> stopped = new CopyOnWriteArrayList<>();
        Node node = node();
        node.deploy("invoker", part("invoker", stopped), SOON);
        node.deploy("gateway", part("gateway", stopped), SOON);
        node.stop();
        node.awaitStop();
        assertThat(stopped).containsExactly("gateway", "invoker");
    }

    @Test
    void aPartThatFailsToStartIsToldInASentence() {
        Node node = node();
        try {
            assertThatThrownBy(() -> node.deploy("gateway", new Failing(), SOON))
                    .isInstanceOf(BootException.class)
                    .hasMessage("gateway did not start: port 8080 is taken");
        } finally {
            node.stop();
        }
    }

    @Test
    void aPartThatNeverStartsOrStopsDoesNotHoldTheNodeForEver() {
        Node node = node("stop-timeout=1s");
        assertThatThrownBy(() -> node.deploy("gateway", new Silent(), Duration.ofMillis(50)))
                .hasMessage("gateway did not start within 50ms");
        node.deploy("gateway", new Clinging(), SOON);
        long start = System.nanoTime();
        node.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), SOON);
    }

    @Test
    void theBusCarriesMessages() throws Exception {
        Node node = node("bus.through-bytes=true");
        try {
            CompletableFuture<Object> received = new CompletableFuture<>();
            node.vertx().eventBus().consumer("a", message -> received.complete(message.body()));
            node.vertx().eventBus().send("a", new ContainersQuery(), BusCodec.options());
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(new ContainersQuery());
        } finally {
            node.stop();
        }
    }

    @Test
    void aDataFolderIsHeldByOneNodeAtATime() {
        Node node = node();
        assertThatThrownBy(this::node).isInstanceOf(BootException.class).hasMessageContaining("held by another Hearth");
        node.stop();
        node().stop();
    }

    @Test
    void theNodesIdIsMadeOnceAndKept() {
        Path data = folder.resolve("data");
        Node node = node();
        String first = DataFolder.nodeId(data);
        node.folder().keepNodeId(first);
        node.folder().keepNodeId("another");
        node.stop();
        assertThat(DataFolder.nodeId(data)).isEqualTo(first);
    }

    @Test
    void aFolderThatCannotBeMadeIsToldInASentence() {
        assertThatThrownBy(() -> DataFolder.hold(Path.of("/proc/hearth")))
                .isInstanceOf(BootException.class)
                .hasMessageContaining("the data folder /proc/hearth cannot be used");
    }

    private Node node(String... flags) {
        Machine machine = new Machine(1, Bytes.ofGiB(8), Bytes.ofGiB(40), "node-1", Path.of("/b"));
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("data=" + folder.resolve("data"));
        return Node.start(HearthConfig.load(Sources.ofFlags(all.toArray(String[]::new)), data -> machine)
                .node());
    }

    private static VerticleBase part(String name, List<String> stopped) {
        return new VerticleBase() {
            @Override
            public Future<?> stop() {
                stopped.add(name);
                return Future.succeededFuture();
            }
        };
    }

    private static final class Failing extends VerticleBase {
        @Override
        public Future<?> start() {
            return Future.failedFuture("port 8080 is taken");
        }
    }

    private static final class Silent extends VerticleBase {
        @Override
        public Future<?> start() {
            return Promise.promise().future();
        }
    }

    private static final class Clinging extends VerticleBase {
        @Override
        public Future<?> stop() {
            return Promise.promise().future();
        }
    }
}
