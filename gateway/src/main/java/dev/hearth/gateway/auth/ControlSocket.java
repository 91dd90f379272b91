package dev.hearth.gateway.auth;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.OwnerSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The socket in the data folder by which {@code hearth keys} and the scripts of the node's owner reach the running node,
 * whatever address it listens on and with whose certificate.
 *
 * <p>It asks for no key: its folder is open to the owner of the data alone, who could as well write into the database. So
 * the first key can be made, and a lost one replaced, while the node runs.
 */
public final class ControlSocket {
    private final Vertx vertx;
    private final Keys keys;
    private final Path data;
    private final List<Consumer<Router>> more;

    /**
     * A socket that is not there yet.
     *
     * @param more routes beside those of the keys
     */
    public ControlSocket(Vertx vertx, Keys keys, Path data, List<Consumer<Router>> more) {
        this.vertx = vertx;
        this.keys = keys;
        this.data = data;
        this.more = List.copyOf(more);
    }

    /** Where the socket of this data folder is. */
    public static Path path(Path data) {
        return OwnerSocket.path(data);
    }

    /** Listens until the context ends; where no socket can be, the node runs without. */
    public Future<Void> listen() {
        Router router = Router.router(vertx);
        new KeyRoutes(keys, true).accept(router);
        more.forEach(routes -> routes.accept(router));
        router.errorHandler(
                404,
                context -> ErrorAnswer.of(ErrorCode.NOT_FOUND, "this socket is for /v1/keys, /health and /address only")
                        .send(context.request()));
        return new OwnerSocket(vertx, data).listen(router);
    }
}
