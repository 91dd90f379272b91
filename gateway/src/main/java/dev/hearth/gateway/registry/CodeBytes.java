package dev.hearth.gateway.registry;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Between buffers and arrays without a copy, for code may be large; whoever has one must not write into the other. */
final class CodeBytes {
    private CodeBytes() {}

    static byte[] array(Buffer buffer) {
        ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
        boolean whole = bytes.hasArray()
                && bytes.arrayOffset() == 0
                && bytes.readerIndex() == 0
                && bytes.array().length == buffer.length();
        return whole ? bytes.array() : buffer.getBytes();
    }

    static Buffer buffer(byte[] array) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(array));
    }
}
