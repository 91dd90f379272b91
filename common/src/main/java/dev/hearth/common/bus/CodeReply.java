package dev.hearth.common.bus;

import io.vertx.core.buffer.Buffer;

/**
 * Gateway to invoker: a piece of code.
 *
 * @param total bytes of the whole; -1 when there is no such code
 * @param bytes the piece, at most {@link BusAddress#PIECE} bytes
 */
public record CodeReply(long total, Buffer bytes) implements BusMessage {}
