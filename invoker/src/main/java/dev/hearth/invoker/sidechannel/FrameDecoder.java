package dev.hearth.invoker.sidechannel;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * Cuts a byte stream into frames.
 *
 * <p>Bytes of an unfinished frame are kept, at most one frame's worth; the usual read holds exactly whole frames and is
 * handed on without a copy.
 */
final class FrameDecoder implements Handler<Buffer> {
    /** Takes one frame; the payload lies in {@code in} from {@code start} to {@code end}. */
    interface Sink {
        void frame(int type, long id, FrameReader payload);
    }

    private final Sink sink;
    private Buffer kept = Buffer.buffer();

    FrameDecoder(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void handle(Buffer read) {
        Buffer in = kept.length() == 0 ? read : kept.appendBuffer(read);
        int at = 0;
        while (in.length() - at >= Frame.HEADER) {
            long length = in.getUnsignedInt(at);
            if (length < Frame.FIXED || length > Frame.MAX_LENGTH) {
                throw new ProtocolFault(
                        "a frame of " + length + " bytes, allowed are " + Frame.FIXED + " to " + Frame.MAX_LENGTH);
            }
            int end = at + 4 + (int) length;
            if (end > in.length()) {
                break;
            }
            FrameReader payload = new FrameReader(in, at + Frame.HEADER, end);
            sink.frame(in.getUnsignedByte(at + 4), in.getLong(at + 5), payload);
            at = end;
        }
        kept = at == in.length() ? Buffer.buffer() : in.getBuffer(at, in.length());
        if (kept.length() >= 4) {
            long length = kept.getUnsignedInt(0);
            if (length < Frame.FIXED || length > Frame.MAX_LENGTH) {
                throw new ProtocolFault(
                        "a frame of " + length + " bytes, allowed are " + Frame.FIXED + " to " + Frame.MAX_LENGTH);
            }
        }
    }
}
