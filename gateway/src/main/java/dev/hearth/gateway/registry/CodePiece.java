package dev.hearth.gateway.registry;

import io.vertx.core.buffer.Buffer;

/**
 * A part of a function's code.
 *
 * @param total bytes of the whole; -1 when there is no such code
 * @param bytes the part; empty at or past the end
 */
public record CodePiece(long total, Buffer bytes) {
    static final CodePiece UNKNOWN = new CodePiece(-1, Buffer.buffer());
}
