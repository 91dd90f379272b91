package dev.hearth.runtime;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** One connection to the invoker: whole frames in, from one thread, and bytes out, from any. */
final class Connection {
    private static final int READ_BYTES = 2 * Frames.MAX_LENGTH;

    private final SocketChannel channel;
    private final FileInputStream in;
    private final FileOutputStream out;
    private final byte[] buffer = new byte[READ_BYTES];
    private int start;
    private int stop;
    private boolean closed;

    private Connection(SocketChannel channel) {
        this.channel = channel;
        int fd = Descriptors.of(channel);
        this.in = Descriptors.input(fd);
        this.out = Descriptors.output(fd);
    }

    static Connection dial(Path socket) throws IOException {
        return new Connection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** The next frame. */
    Frame read() throws IOException {
        fill(4);
        int length = number(start);
        if (length < Frames.MIN_LENGTH || length > Frames.MAX_LENGTH) {
            throw new ProtocolException("a frame of length " + Integer.toUnsignedString(length));
        }
        fill(4 + length);
        ByteBuffer frame = ByteBuffer.wrap(java.util.Arrays.copyOfRange(buffer, start + 4, start + 4 + length));
        start += 4 + length;
        return new Frame(frame.get(), frame.getLong(), frame);
    }

    private int number(int at) {
        return ByteBuffer.wrap(buffer, at, 4).getInt();
    }

    /** Reads until that many bytes are there. */
    private void fill(int size) throws IOException {
        if (start == stop) {
            start = 0;
            stop = 0;
        } else if (start + size > buffer.length) {
            System.arraycopy(buffer, start, buffer, 0, stop - start);
            stop -= start;
            start = 0;
        }
        while (stop - start < size) {
            int read = in.read(buffer, stop, buffer.length - stop);
            if (read < 0) {
                throw new IOException("the invoker closed the connection");
            }
            stop += read;
        }
    }

    /** Returns when the kernel has all of it. The lock also keeps a late result from a descriptor that is somebody else's by then. */
    synchronized void write(byte[] frame) throws IOException {
        if (closed) {
            throw new IOException("the connection is closed");
        }
        out.write(frame);
    }

    synchronized void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException broken) {
            closed = true;
        }
    }

    /** The other side broke the contract; the connection cannot go on. */
    static final class ProtocolException extends IOException {
        ProtocolException(String message) {
            super(message);
        }
    }
}
