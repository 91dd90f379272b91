package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CodeQuery;
import dev.hearth.common.bus.CodeReply;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Revision;
import dev.hearth.invoker.docker.ContainerDirectory;
import dev.hearth.invoker.image.CodeCache;
import dev.hearth.invoker.image.CodeFolder;
import dev.hearth.invoker.image.CodeSource;
import dev.hearth.invoker.pool.ContainerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** Brings a revision's code from the gateway over the node's cache into a container's folder, and pins it there. */
final class CodeDelivery implements CodeSource {
    private final Vertx vertx;
    private final CodeCache cache;
    private final Map<ContainerId, CodeFolder> pinned = new HashMap<>();

    CodeDelivery(Vertx vertx, CodeCache cache) {
        this.vertx = vertx;
        this.cache = cache;
    }

    /** Puts the code into the container's folder; answers with the entry file's name for {@code init}. */
    Future<String> deliver(ContainerId container, ContainerDirectory directory, Revision revision) {
        if (revision.code().form() == CodeForm.NONE) {
            return Future.succeededFuture("");
        }
        return cache.fetch(revision.code(), this).compose(folder -> {
            pinned.put(container, folder);
            return cache.linkInto(folder, directory.code(), revision.runtime(), revision.handler());
        });
    }

    /** The container was adopted with its code. */
    void adopt(ContainerId container, Revision revision) {
        if (revision.code().form() != CodeForm.NONE) {
            cache.pin(revision.code()).ifPresent(folder -> pinned.put(container, folder));
        }
    }

    /** The container is gone. */
    void forget(ContainerId container) {
        CodeFolder folder = pinned.remove(container);
        if (folder != null) {
            cache.release(folder);
        }
    }

    @Override
    public Future<Piece> piece(String digest, long offset) {
        return RegistryAsk.ask(vertx.eventBus(), new CodeQuery(digest, offset))
                .compose(answer -> answer instanceof CodeReply reply
                        ? Future.succeededFuture(new Piece(reply.total(), reply.bytes()))
                        : Future.failedFuture("the registry answered something else"));
    }
}
