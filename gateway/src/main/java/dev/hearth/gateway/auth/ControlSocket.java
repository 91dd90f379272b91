package dev.hearth.gateway.auth;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.gateway.http.ErrorAnswer;
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
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket in the data folder by which {@code hearth keys} and the scripts of the node's owner reach the running node,
 * whatever address it listens on and with whose certificate.
 *
 * <p>It asks for no key: its folder is open to the owner of the data alone, who could as well write into the database. So
 * the first key can be made, and a lost one replaced, while the node runs.
 */
public final class ControlSocket {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    /** What the kernel takes as the path of a socket. */
    private static final int LONGEST_PATH = 107;

    private final Vertx vertx;
    private final Keys keys;
    private final Path path;
    private final List<Consumer<Router>> more;

    /**
     * A socket that is not there yet.
     *
     * @param more routes beside those of the keys
     */
    public ControlSocket(Vertx vertx, Keys keys, Path data, List<Consumer<Router>> more) {
        this.vertx = vertx;
        this.keys = keys;
        this.path = path(data);
        this.more = List.copyOf(more);
    }

    /** Where the socket of this data folder is. */
    public static Path path(Path data) {
        return data.resolve("control").resolve("api.sock");
    }

    /** Listens until the context ends; where no socket can be, the node runs without. */
    public Future<Void> listen() {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            LOG.warn("event=no_control_socket path={} reason=\"the path is too long\"", path);
            return Future.succeededFuture();
        }
        Router router = Router.router(vertx);
        new KeyRoutes(keys, true).accept(router);
        more.forEach(routes -> routes.accept(router));
        router.errorHandler(
                404,
                context -> ErrorAnswer.of(ErrorCode.NOT_FOUND, "this socket is for /v1/keys, /health and /address only")
                        .send(context.request()));
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
