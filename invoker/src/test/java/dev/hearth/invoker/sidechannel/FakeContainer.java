package dev.hearth.invoker.sidechannel;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The container's side of a channel, played by a test: a bridge, a runtime, and whatever else dials. Blocks. */
public final class FakeContainer implements AutoCloseable {
    private final Path socket;
    public final Peer bridge;
    public final Peer runtime;

    public FakeContainer(Path socket) {
        this.socket = socket;
        this.bridge = dial();
        this.runtime = dial();
    }

    /** One more connection. */
    public Peer dial() {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Peer(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both say hello, as at the start of a container's life. */
    public void hello(String revision, long completed) {
        bridge.hello(0, "", completed);
        bridge.expect(Frame.WELCOME);
        runtime.hello(1, revision, completed);
        runtime.expect(Frame.WELCOME);
    }

    @Override
    public void close() {
        bridge.close();
        runtime.close();
    }

    /** A frame that the invoker sent. */
    public record Sent(int type, long id, Buffer payload) {}

    /** One connection. */
    public static final class Peer implements AutoCloseable {
        private final SocketChannel channel;

        Peer(SocketChannel channel) {
            this.channel = channel;
        }

        public void raw(Buffer bytes) {
            try {
                ByteBuffer out = ByteBuffer.wrap(bytes.getBytes());
                while (out.hasRemaining()) {
                    channel.write(out);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public void send(int type, long id, Buffer payload) {
            raw(Buffer.buffer()
                    .appendInt(9 + payload.length())
                    .appendByte((byte) type)
                    .appendLong(id)
                    .appendBuffer(payload));
        }

        public void hello(int role, String revision, long completed) {
            hello(role, Frame.MINOR, revision, completed);
        }

        public void hello(int role, int minor, String revision, long completed) {
            send(
                    Frame.HELLO,
                    0,
                    text(
                                    text(
                                            Buffer.buffer(new byte[] {Frame.MAJOR, (byte) minor, (byte) role}),
                                            role == 0 ? "" : "python3"),
                                    revision)
                            .appendLong(completed)
                            .appendUnsignedShort(0));
        }

        public void initialised() {
            Buffer ok = Buffer.buffer(new byte[] {0});
            send(Frame.INIT_RESULT, 0, text(text(text(ok, ""), ""), ""));
        }

        public void notInitialised(String type, String message) {
            Buffer failed = Buffer.buffer(new byte[] {1});
            send(Frame.INIT_RESULT, 0, text(text(text(failed, type), message), ""));
        }

        public void answer(long call, String type, long total, boolean more, String body) {
            Buffer head = text(Buffer.buffer(new byte[] {0}), type)
                    .appendLong(total)
                    .appendByte((byte) (more ? 1 : 0))
                    .appendString(body);
            send(Frame.RESULT, call, head);
        }

        public void raise(long call, String type, String message) {
            send(Frame.RESULT, call, text(text(text(Buffer.buffer(new byte[] {1, 0}), type), message), ""));
        }

        public void data(long call, int bytes) {
            send(Frame.DATA, call, Buffer.buffer(new byte[bytes]));
        }

        public void end(long call, boolean complete) {
            send(Frame.END, call, Buffer.buffer(new byte[] {(byte) (complete ? 0 : 1)}));
        }

        public void credit(long call, int bytes) {
            send(Frame.CREDIT, call, Buffer.buffer().appendInt(bytes));
        }

        public void log(long call, String text) {
            send(Frame.LOG, call, Buffer.buffer(new byte[] {1}).appendLong(1).appendString(text));
        }

        public void retire(long completed, String reason) {
            send(Frame.RETIRE, completed, text(Buffer.buffer(), reason));
        }

        public void status(long nonce, int oomKills) {
            send(Frame.STATUS, nonce, figures(Buffer.buffer(), oomKills));
        }

        public void exit(boolean bySignal, int value) {
            send(
                    Frame.EXIT,
                    0,
                    figures(
                            Buffer.buffer(new byte[] {(byte) (bySignal ? 1 : 0)})
                                    .appendInt(value),
                            0));
        }

        private static Buffer figures(Buffer out, int oomKills) {
            return out.appendInt(oomKills)
                    .appendLong(50_000_000)
                    .appendLong(40_000_000)
                    .appendLong(0)
                    .appendLong(16_000_000)
                    .appendInt(1);
        }

        private static Buffer text(Buffer out, String text) {
            Buffer bytes = Buffer.buffer(text);
            return out.appendUnsignedShort(bytes.length()).appendBuffer(bytes);
        }

        /** The next frame, which must be of this type. */
        public Sent expect(int type) {
            Sent sent = next();
            if (sent.type() != type) {
                throw new AssertionError("frame of type " + sent.type() + ", expected " + type);
            }
            return sent;
        }

        /** The next frame; waits for it. */
        public Sent next() {
            Buffer length = read(4);
            Buffer rest = read(length.getInt(0));
            return new Sent(rest.getByte(0), rest.getLong(1), rest.getBuffer(9, rest.length()));
        }

        /** Whether the invoker has closed the connection, once all that it sent is read. */
        public boolean isClosed() {
            try {
                ByteBuffer in = ByteBuffer.allocate(4096);
                int got = channel.read(in);
                while (got > 0) {
                    in.clear();
                    got = channel.read(in);
                }
                return got < 0;
            } catch (IOException reset) {
                return true;
            }
        }

        private Buffer read(int bytes) {
            ByteBuffer in = ByteBuffer.allocate(bytes);
            try {
                while (in.hasRemaining()) {
                    if (channel.read(in) < 0) {
                        throw new AssertionError("the connection ended");
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Buffer.buffer(in.array());
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
