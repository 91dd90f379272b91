package dev.hearth.invoker.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A test's socket before the engine's: it passes bytes on, holds them back, or breaks every connection. */
final class FrontDoor implements AutoCloseable {
    private final ServerSocketChannel server;
    private final @Nullable Path engine;
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private boolean hanging;

    private FrontDoor(Path socket, @Nullable Path engine) throws IOException {
        this.engine = engine;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::accept);
    }

    /** Passes on what comes. */
    static FrontDoor to(Path socket, Path engine) throws IOException {
        return new FrontDoor(socket, engine);
    }

    /** Takes connections and says nothing, for ever. */
    static FrontDoor hanging(Path socket) throws IOException {
        return new FrontDoor(socket, null);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                channels.add(client);
                clients.add(client);
                SocketChannel behind = null;
                if (engine != null) {
                    behind = SocketChannel.open(UnixDomainSocketAddress.of(engine));
                    channels.add(behind);
                }
                SocketChannel target = behind;
                Thread.ofVirtual().start(() -> pass(client, target));
                if (target != null) {
                    Thread.ofVirtual().start(() -> pass(target, client));
                }
            }
        } catch (IOException closed) {
            assert !server.isOpen();
        }
    }

    private void pass(SocketChannel from, @Nullable SocketChannel to) {
        ByteBuffer bytes = ByteBuffer.allocate(16 * 1024);
        try {
            while (from.read(bytes.clear()) >= 0) {
                awaitOpen();
                bytes.flip();
                while (to != null && bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        } catch (IOException | InterruptedException broken) {
            assert broken != null;
        } finally {
            close(from);
            close(to);
        }
    }

    private void awaitOpen() throws InterruptedException {
        lock.lock();
        try {
            while (hanging) {
                change.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing passes. */
    void hang() {
        set(true);
    }

    void goOn() {
        set(false);
    }

    private void set(boolean value) {
        lock.lock();
        try {
            hanging = value;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Connections that the client has not closed. */
    int open() {
        return clients.size();
    }

    /** Breaks every connection. */
    void cut() {
        channels.forEach(this::close);
    }

    private void close(@Nullable SocketChannel channel) {
        if (channel == null) {
            return;
        }
        channels.remove(channel);
        clients.remove(channel);
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        goOn();
        cut();
    }
}
