package dev.hearth.invoker.docker;

import dev.hearth.common.id.SortableId;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Containers of one test on the real engine, removed at its end; a script that talks to the socket is their bridge. */
final class TestContainers implements AutoCloseable {
    static final String LABEL = "hearth.test";
    private static final String BRIDGE = """
            #!/usr/bin/perl
            use IO::Socket::UNIX;
            shift @ARGV;
            my $socket = IO::Socket::UNIX->new(Peer => "/hearth/run/s");
            if ($socket) { open(STDOUT, ">&", $socket); open(STDERR, ">&", $socket); }
            exec @ARGV;
            """;

    final String run = SortableId.next().toString();
    final DockerEngine engine;
    final ContainerDirectories directories;
    final String image;
    private final BlockingWork files;
    private final Path bridge;
    private int uid = 20_000;

    TestContainers(Vertx vertx, Path data) throws IOException {
        engine = new DockerEngine(vertx, DockerEngine.USUAL_SOCKET, EngineLimits.DEFAULT, new SimpleMeterRegistry());
        files = new BlockingWork(vertx, "files", new BlockingWork.Bounds(4, 100));
        directories = new ContainerDirectories(data, files);
        bridge = Files.createFile(
                data.resolve("bridge"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(bridge, BRIDGE);
        image = Await.result(engine.imageByReference("hearth/base"))
                .orElseThrow()
                .id();
    }

    ContainerSpec spec(String... command) {
        String id = SortableId.next().toString();
        int user = uid++;
        ContainerOrigin origin = new ContainerOrigin(user, "test", image, Bytes.ofMiB(64), Bytes.ofMiB(4), 64, "");
        ContainerDirectory directory = Await.result(directories.create(id, origin, ContainerDirectories.Names.OWN));
        return new ContainerSpec(
                "hearth-test-" + id,
                id,
                image,
                ContainerProgram.ofRuntime(List.of(command), user),
                Map.of("COLOUR", "green"),
                Map.of(LABEL, run),
                Bytes.ofMiB(68),
                Bytes.ofMiB(4),
                64,
                512,
                OptionalDouble.empty(),
                List.of(),
                bridge,
                directory);
    }

    static ContainerSpec variant(ContainerSpec spec, String imageId, Path bridge) {
        return new ContainerSpec(
                spec.name(),
                spec.hostname(),
                imageId,
                spec.program(),
                spec.environment(),
                spec.labels(),
                spec.memory(),
                spec.scratch(),
                spec.pids(),
                spec.shares(),
                spec.cpus(),
                spec.gpus(),
                bridge,
                spec.directory());
    }

    /** Starts the container and answers with all that it writes until it closes its output. */
    String output(ContainerSpec spec) throws IOException {
        Path socket = spec.directory().socket();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            Await.result(engine.create(spec));
            try (SocketChannel inside = server.accept()) {
                return new String(Channels.newInputStream(inside).readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    @Override
    public void close() {
        for (ListedContainer container : Await.result(engine.list(LABEL, run))) {
            Await.result(engine.remove(container.id()));
        }
        engine.close();
        files.close();
    }
}
