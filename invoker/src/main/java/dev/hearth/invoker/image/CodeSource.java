package dev.hearth.invoker.image;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Where code comes from, piece by piece; its futures complete on the context of the cache. */
@FunctionalInterface
public interface CodeSource {
    /** The piece of this code that starts at the offset. */
    Future<Piece> piece(String digest, long offset);

    /**
     * Some of the bytes.
     *
     * @param total bytes of the whole; -1 when there is no such code
     * @param bytes the piece; empty only at the end
     */
    record Piece(long total, Buffer bytes) {}
}
