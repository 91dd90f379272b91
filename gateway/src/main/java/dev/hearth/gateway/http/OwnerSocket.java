package dev.hearth.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix socket in the data folder by which the owner of the data, and nobody else, reaches the running process. */
public final class OwnerSocket {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerSocket.class);
    /** What the kernel takes as the path of a socket. */
    private static final int LONGEST_PATH = 107;

    private final Vertx vertx;
    private final Path path;

    public OwnerSocket(Vertx vertx, Path data) {
        this.vertx = vertx;
        this.path = path(data);
    }

    /** Where the socket of this data folder is. */
    public static Path path(Path data) {
        return data.resolve("control").resolve("api.sock");
    }

    /** Listens until the context ends; where no socket can be, the process runs without. */
    public Future<Void> listen(Router router) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            LOG.warn("event=no_control_socket path={} reason=\"the path is too long\"", path);
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(this::makeRoom)
                .compose(ready -> vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(SocketAddress.domainSocketAddress(path.toString())))
                .<Void>mapEmpty()
                .recover(failure -> {
                    LOG.warn("event=no_control_socket path={}", path, failure);
                    return Future.succeededFuture();
                });
    }

    /** The folder, closed to others before the socket is in it; without what an earlier life has left. */
    private boolean makeRoom() {
        try {
            Path folder = path.resolveSibling("");
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return Files.deleteIfExists(path);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
