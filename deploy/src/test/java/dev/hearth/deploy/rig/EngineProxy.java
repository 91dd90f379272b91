package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket in front of the Docker Engine that a test can take away.
 *
 * <p>Absent: there is no socket. Open: bytes pass. Hanging: connections are taken and no byte passes either way, those
 * that were on their way when it began included. Mute: from a
 * certain request on the engine hears all, and none of its answers comes back. The engine itself notices nothing.
 */
public final class EngineProxy implements AutoCloseable {
    private static final Path ENGINE = Path.of("/var/run/docker.sock");

    private final Path folder;
    private final Object gate = new Object();
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocketChannel server;
    private boolean hangs;
    private boolean mute;
    private volatile String muteFrom = "";

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
        release();
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

    private void release() {
        synchronized (gate) {
            hangs = false;
            mute = false;
            muteFrom = "";
            gate.notifyAll();
        }
    }

    /** Lets no answer pass from the first request on that has this text in it. */
    public void muteFrom(String request) {
        muteFrom = request;
    }

    private void listen(ByteBuffer bytes) {
        String from = muteFrom;
        if (!from.isEmpty()
                && StandardCharsets.ISO_8859_1
                        .decode(bytes.duplicate())
                        .toString()
                        .contains(from)) {
            synchronized (gate) {
                mute = true;
            }
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
            Thread.ofVirtual().start(() -> pass(client, engine, false));
            pass(engine, client, true);
        } catch (IOException e) {
            close(client);
        }
    }

    private void pass(SocketChannel from, SocketChannel to, boolean answers) {
        ByteBuffer bytes = ByteBuffer.allocate(32 * 1024);
        try {
            while (from.read(bytes) >= 0) {
                awaitOpen(answers);
                bytes.flip();
                if (!answers) {
                    listen(bytes);
                }
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

    private void awaitOpen(boolean answers) throws IOException {
        synchronized (gate) {
            while (hangs || (mute && answers)) {
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
        release();
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
