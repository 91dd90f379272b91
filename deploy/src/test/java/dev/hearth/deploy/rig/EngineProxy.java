package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket in front of the Docker Engine that a test can take away.
 *
 * <p>Absent: there is no socket. Open: bytes pass. Hanging: connections are taken and no byte passes either way, those
 * that were on their way when it began included. The engine itself notices nothing.
 */
public final class EngineProxy implements AutoCloseable {
    private static final Path ENGINE = Path.of("/var/run/docker.sock");

    private final Path folder;
    private final Object gate = new Object();
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocketChannel server;
    private boolean hangs;

    /** An absent one. */
    public EngineProxy() {
        try {
            folder = Files.createTempDirectory("hearth-engine");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The setting {@code docker.host} of a node behind this proxy. */
    public String setting() {
        return "docker.host=unix://" + socket();
    }

    private Path socket() {
        return folder.resolve("engine.sock");
    }

    /** Lets bytes pass, from now on or again. */
    public void open() {
        synchronized (gate) {
            hangs = false;
            gate.notifyAll();
        }
        if (server == null) {
            try {
                server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                server.bind(UnixDomainSocketAddress.of(socket()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ServerSocketChannel listening = server;
            Thread.ofVirtual().start(() -> accept(listening));
        }
    }

    /** Lets no byte pass. */
    public void hang() {
        synchronized (gate) {
            hangs = true;
        }
    }

    /** Breaks all connections and takes the socket away. */
    public void vanish() {
        ServerSocketChannel listening = server;
        server = null;
        close(listening);
        channels.forEach(EngineProxy::close);
        channels.clear();
        try {
            Files.deleteIfExists(socket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                channels.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            }
        } catch (IOException closed) {
            close(listening);
        }
    }

    private void connect(SocketChannel client) {
        try {
            SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(ENGINE));
            channels.add(engine);
            Thread.ofVirtual().start(() -> pass(client, engine));
            pass(engine, client);
        } catch (IOException e) {
            close(client);
        }
    }

    private void pass(SocketChannel from, SocketChannel to) {
        ByteBuffer bytes = ByteBuffer.allocate(32 * 1024);
        try {
            while (from.read(bytes) >= 0) {
                awaitOpen();
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        } catch (IOException broken) {
            // Closed below, like at the end.
        }
        close(from);
        close(to);
        channels.remove(from);
        channels.remove(to);
    }

    private void awaitOpen() throws IOException {
        synchronized (gate) {
            while (hangs) {
                try {
                    gate.wait();
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
            }
        }
    }

    private static void close(@Nullable Channel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        vanish();
        synchronized (gate) {
            hangs = false;
            gate.notifyAll();
        }
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
