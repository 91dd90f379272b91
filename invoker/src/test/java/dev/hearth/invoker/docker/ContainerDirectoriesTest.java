package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerDirectoriesTest {
    private static final String ID = "01k0000000000000000000000a";
    private static final ContainerOrigin ORIGIN =
            new ContainerOrigin(50_001, "python3", "sha256:ab", Bytes.ofMiB(256), Bytes.ofMiB(64), 64, "");
    private static final Revision REVISION = new Revision(
            RevisionId.next(),
            FunctionName.inDefault("hello"),
            3,
            "python3",
            "hearth/python3",
            "sha256:ab",
            ImageSource.NONE,
            "handle",
            new Code(CodeForm.SOURCE, "sha256:" + "0".repeat(64), 10, 10),
            Map.of("TOKEN", "secret"),
            Limits.DEFAULT,
            Network.NONE,
            Duration.ofMinutes(10),
            0,
            "",
            NodeLabels.NONE);

    private final Vertx vertx = Vertx.vertx();
    private final BlockingWork files = new BlockingWork(vertx, "files", new BlockingWork.Bounds(2, 10));

    @TempDir
    private Path data;

    @AfterEach
    void close() {
        files.close();
        Await.result(vertx.close());
    }

    @Test
    void makesWhatAContainerMountsReadableForItsUserAndTheRestForNobody() throws IOException {
        ContainerDirectory directory = Await.result(directories().create(ID, ORIGIN, ContainerDirectories.Names.OWN));
        assertThat(mode(directory.root())).isEqualTo("rwx------");
        assertThat(mode(directory.run())).isEqualTo("rwxr-xr-x");
        assertThat(mode(directory.hosts())).isEqualTo("rw-r--r--");
        assertThat(mode(directory.origin())).isEqualTo("rw-------");
        assertThat(directory.hosts()).content().contains("127.0.0.1 localhost " + ID);
        assertThat(directory.nsswitch()).content().contains("hosts: files\n");
        assertThat(directory.code()).doesNotExist();
    }

    @Test
    void readsBackAfterARestartWhatTheContainerIsAndWhoseItIs() throws IOException {
        ContainerDirectory directory = Await.result(directories().create(ID, ORIGIN, ContainerDirectories.Names.OWN));
        assertThat(Await.result(directories().existing())).singleElement().satisfies(found -> {
            assertThat(found.origin()).contains(ORIGIN);
            assertThat(found.binding()).isEmpty();
        });
        Await.result(directories().bind(directory, new Binding(REVISION)));
        Await.result(directories().bind(directory, new Binding(REVISION)));
        assertThat(Await.result(directories().existing())).singleElement().satisfies(found -> {
            assertThat(found.directory()).isEqualTo(directory);
            assertThat(found.binding()).contains(new Binding(REVISION));
        });
        assertThat(mode(directory.binding())).isEqualTo("rw-------");
        assertThat(directory.binding()).content().contains("\"function\" : \"hello@3\"");
    }

    @Test
    void findsAFolderWhoseFilesAreDamagedSoThatItCanBeCleared() throws IOException {
        ContainerDirectory directory = Await.result(directories().create(ID, ORIGIN, ContainerDirectories.Names.OWN));
        Files.writeString(directory.binding(), "{\"whole\":\"AAAA");
        assertThat(Await.result(directories().existing())).singleElement().satisfies(found -> {
            assertThat(found.directory()).isEqualTo(directory);
            assertThat(found.origin()).isEmpty();
        });
    }

    @Test
    void deletesAllOfItOnceAndAgain() throws IOException {
        ContainerDirectory directory = Await.result(directories().create(ID, ORIGIN, ContainerDirectories.Names.OWN));
        Path outside = Files.writeString(data.resolve("outside"), "kept");
        Files.createDirectories(directory.code().resolve("deep/er"));
        Files.createLink(directory.code().resolve("deep/er/file"), outside);
        Files.createSymbolicLink(directory.code().resolve("link"), outside);
        Await.result(directories().delete(directory));
        Await.result(directories().delete(directory));
        assertThat(directory.root()).doesNotExist();
        assertThat(outside).content().isEqualTo("kept");
        assertThat(Await.result(directories().existing())).isEmpty();
    }

    @Test
    void saysAtOnceThatTheDataFolderIsTooDeepForSockets() {
        Path deep = data.resolve("x".repeat(100));
        assertThatThrownBy(() -> new ContainerDirectories(deep, files))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the system allows 107: choose a data folder with a shorter path");
        assertThatThrownBy(() -> directories().of("../x")).hasMessageContaining("not a container's id");
    }

    private ContainerDirectories directories() {
        return new ContainerDirectories(data, files);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
