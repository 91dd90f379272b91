package dev.hearth.invoker.sidechannel;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Reads the payload of one frame; what is too short is a {@link ProtocolFault}. */
final class FrameReader {
    private final Buffer in;
    private int at;
    private final int end;

    FrameReader(Buffer in, int start, int end) {
        this.in = in;
        this.at = start;
        this.end = end;
    }

    int u8() {
        return in.getUnsignedByte(take(1));
    }

    int u16() {
        return in.getUnsignedShort(take(2));
    }

    long u32() {
        return in.getUnsignedInt(take(4));
    }

    int i32() {
        return in.getInt(take(4));
    }

    long u64() {
        return in.getLong(take(8));
    }

    String text() {
        int length = u16();
        int start = take(length);
        return new String(in.getBytes(start, start + length), StandardCharsets.UTF_8);
    }

    /** Bytes with their length in front, as a copy that stays when the read buffer goes. */
    Buffer blob() {
        long length = u32();
        if (length > remaining()) {
            throw new ProtocolFault("a blob of " + length + " bytes in a frame that has " + remaining() + " left");
        }
        int start = take((int) length);
        return in.getBuffer(start, at);
    }

    /** What is left, as a copy that stays when the read buffer goes. */
    Buffer rest() {
        int start = at;
        at = end;
        return in.getBuffer(start, end);
    }

    int remaining() {
        return end - at;
    }

    private int take(int length) {
        if (length > end - at) {
            throw new ProtocolFault("a frame ended " + (length - (end - at)) + " bytes too early");
        }
        int start = at;
        at += length;
        return start;
    }
}
