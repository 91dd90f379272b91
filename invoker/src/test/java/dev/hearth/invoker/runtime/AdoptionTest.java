package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.Binding;
import dev.hearth.invoker.docker.ContainerDirectories;
import dev.hearth.invoker.docker.ContainerDirectory;
import dev.hearth.invoker.docker.ContainerOrigin;
import dev.hearth.invoker.docker.ContainerState;
import dev.hearth.invoker.docker.ListedContainer;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.sidechannel.FakeContainer;
import io.vertx.core.Future;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that an earlier life left behind. */
@Timeout(30)
class AdoptionTest {
    private static final String ID = "b-1";
    private static final String OTHER = "b-2";
    private static final int UID = 200_001;

    private final Revision revision = Samples.revision();
    private FakeInvoker node;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        node = new FakeInvoker(data);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    static ListedContainer listed(ContainerState state) {
        return new ListedContainer(
                "old-1",
                "hearth-node-" + ID + "-f",
                FakeEngine.IMAGE,
                Map.of(),
                state,
                OptionalInt.empty(),
                Instant.EPOCH);
    }

    private static ListedContainer running(String id, int second) {
        return new ListedContainer(
                "old-" + id,
                "hearth-node-" + id,
                FakeEngine.IMAGE,
                Map.of(),
                ContainerState.RUNNING,
                OptionalInt.empty(),
                Instant.ofEpochSecond(second));
    }

    private ContainerDirectory left() throws Exception {
        return left(ID, UID);
    }

    private ContainerDirectory left(String id, int uid) throws Exception {
        ContainerDirectory directory = folder(id, uid, revision.limits().memory());
        FakeInvoker.await(node.directories.bind(directory, new Binding(revision)));
        return directory;
    }

    private ContainerDirectory folder(String id, int uid, Bytes memory) throws Exception {
        ContainerOrigin origin = new ContainerOrigin(
                uid, "python3", FakeEngine.IMAGE, memory, revision.limits().disk(), 64, "");
        return FakeInvoker.await(node.directories.create(id, origin, ContainerDirectories.Names.OWN));
    }

    private Future<Void> adoption() throws Exception {
        List<Future<Void>> run = new ArrayList<>();
        node.on(() -> run.add(node.adoption.run()));
        return run.getFirst();
    }

    private FakeContainer dial(ContainerDirectory directory) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            node.on(() -> {});
            try {
                return new FakeContainer(directory.socket());
            } catch (UncheckedIOException notYet) {
                // There is no socket, or one that nobody listens on yet.
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
            }
        }
    }

    @Test
    void adoptsAnIdleContainerThatHoldsWhatItsFolderSays() throws Exception {
        ContainerDirectory directory = left();
        node.engine.containers.add(listed(ContainerState.RUNNING));
        Future<Void> adoption = adoption();
        try (FakeContainer container = dial(directory)) {
            container.hello(revision.id().toString(), 3);

            FakeInvoker.await(adoption);

            node.on(() -> assertThat(node.fleet.pool().snapshot().idle()).containsOnly(Map.entry(revision.id(), 1)));
            assertThat(node.uids.free()).isEqualTo(1);
        }
    }

    @Test
    void removesAContainerThatHoldsAnotherRevision() throws Exception {
        ContainerDirectory directory = left();
        node.engine.containers.add(listed(ContainerState.RUNNING));
        Future<Void> adoption = adoption();
        try (FakeContainer container = dial(directory)) {
            container.hello(Samples.revision().id().toString(), 3);

            FakeInvoker.await(adoption);

            node.asked("remove old-1");
            node.on(() -> assertThat(node.fleet.find(new ContainerId(ID))).isNull());
            assertThat(node.uids.free()).isEqualTo(2);
            assertThat(directory.root()).doesNotExist();
        }
    }

    @Test
    void removesAContainerThatHasEndedWithItsFolder() throws Exception {
        ContainerDirectory directory = left();
        node.engine.containers.add(listed(ContainerState.EXITED));

        FakeInvoker.await(adoption());

        node.asked("remove old-1");
        assertThat(directory.root()).doesNotExist();
    }

    @Test
    void removesAContainerWithoutAFolder() throws Exception {
        node.engine.containers.add(listed(ContainerState.RUNNING));

        FakeInvoker.await(adoption());

        node.asked("remove old-1");
    }

    @Test
    void goesOnWhenTheEngineDoesNotRemoveWhatWasLeft() throws Exception {
        node.engine.containers.add(listed(ContainerState.RUNNING));
        node.engine.answer("remove", () -> Future.failedFuture("busy"));

        FakeInvoker.await(adoption());

        node.asked("remove old-1");
    }

    @Test
    void adoptsAWarmContainerBeforeAStemCellThatDialledFirst() throws Exception {
        ContainerDirectory stem = folder(OTHER, UID - 1, FakeInvoker.CELL.memory());
        ContainerDirectory warm = left();
        node.engine.containers.addAll(List.of(running(OTHER, 1), running(ID, 2)));
        Future<Void> adoption = adoption();
        try (FakeContainer first = dial(stem);
                FakeContainer second = dial(warm)) {
            first.hello("", 0);
            second.hello(revision.id().toString(), 3);

            FakeInvoker.await(adoption);

            node.asked("remove old-" + OTHER);
            node.on(() -> assertThat(node.fleet.pool().snapshot().idle()).containsOnly(Map.entry(revision.id(), 1)));
        }
    }

    @Test
    void adoptsTheOlderBeforeTheYoungerWhoeverDialsFirst() throws Exception {
        ContainerDirectory younger = left(OTHER, UID - 1);
        ContainerDirectory older = left();
        node.engine.containers.addAll(List.of(running(OTHER, 2), running(ID, 1)));
        Future<Void> adoption = adoption();
        try (FakeContainer first = dial(younger);
                FakeContainer second = dial(older)) {
            first.hello(revision.id().toString(), 3);
            second.hello(revision.id().toString(), 3);

            FakeInvoker.await(adoption);

            node.on(() -> assertThat(node.fleet.pool().listing())
                    .extracting(entry -> entry.id().value())
                    .containsExactly(ID, OTHER));
        }
    }
}
