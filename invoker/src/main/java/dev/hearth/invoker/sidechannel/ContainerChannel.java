package dev.hearth.invoker.sidechannel;

import dev.hearth.common.function.Revision;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The invoker's end of one container's socket.
 *
 * <p>Listens on a socket of the container's own, so the connection says which container speaks and no frame has to. The
 * container opens two connections, one from the bridge and one from the runtime; each begins with {@code hello}, and the
 * container is ready when both have said theirs. A second connection of the same role replaces nothing: it is refused,
 * since user code shares the directory with the runtime. So are connections without a hello beyond a few: each takes a
 * file handle of the node.
 */
public final class ContainerChannel {
    /** Asks for figures on behalf of no call; calls are numbered from 1. */
    public static final long NO_CALL = 0;

    private static final Logger LOG = LoggerFactory.getLogger(ContainerChannel.class);

    /** Connections that may be open without having said hello. */
    private static final int MOST_STRANGERS = 4;

    private final ContainerEvents events;
    private final NetServer server;
    private final Path path;
    private final int window;
    private @Nullable NetSocket bridge;
    private @Nullable NetSocket runtime;
    private @Nullable Hello runtimeSaid;
    private int strangers;
    private boolean closed;

    private ContainerChannel(Vertx vertx, Path path, int window, ContainerEvents events) {
        this.events = events;
        this.path = path;
        this.window = window;
        this.server = vertx.createNetServer(new NetServerOptions());
        server.connectHandler(this::connected);
    }

    /**
     * Starts to listen; must be called on the event loop that is to hear the events.
     *
     * @param path of the socket; a stale file there is replaced
     * @param window bytes of a body that may be under way without credit
     */
    public static Future<ContainerChannel> listen(Vertx vertx, Path path, int window, ContainerEvents events) {
        ContainerChannel channel = new ContainerChannel(vertx, path, window, events);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            return Future.failedFuture(new UncheckedIOException(e));
        }
        return channel.server
                .listen(SocketAddress.domainSocketAddress(path.toString()))
                .map(ignored -> {
                    // Containers run under uids of their own; only the directory's mount decides who can reach it.
                    channel.openToAll();
                    return channel;
                });
    }

    private void openToAll() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether both bridge and runtime are connected. */
    public boolean connected() {
        return bridge != null && runtime != null;
    }

    /** Hands the code to a started runtime. */
    public void init(Revision revision, String codeFolder, String entry) {
        send(runtime, Outgoing.init(revision, codeFolder, entry));
    }

    /** Sends a call; {@code more} says that {@link #data} follows. A body that one frame cannot hold is cut. */
    public void run(RunHead head, Buffer body, boolean more) {
        int room = Outgoing.inlineRoom(head);
        if (body.length() <= room) {
            send(runtime, Outgoing.run(head, body, more));
            return;
        }
        send(runtime, Outgoing.run(head, body.slice(0, room), true));
        data(head.call(), body.slice(room, body.length()));
        if (!more) {
            end(head.call(), true);
        }
    }

    public void data(long call, Buffer bytes) {
        for (int at = 0; at < bytes.length(); at += Outgoing.MOST_DATA) {
            int end = Math.min(bytes.length(), at + Outgoing.MOST_DATA);
            send(runtime, Outgoing.data(call, bytes.slice(at, end)));
        }
    }

    public void end(long call, boolean complete) {
        send(runtime, Outgoing.end(call, complete));
    }

    public void credit(long call, int bytes) {
        send(runtime, Outgoing.credit(call, bytes));
    }

    /** Asks the bridge to flush its logs and to measure; false when no bridge is connected. */
    public boolean stat(long nonce) {
        return send(bridge, Outgoing.empty(Frame.STAT, nonce));
    }

    /** Asks the bridge to kill everything; false when no bridge is connected. */
    public boolean kill() {
        return send(bridge, Outgoing.empty(Frame.KILL, 0));
    }

    /** Stops listening and closes both connections; no event comes afterwards. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (bridge != null) {
            bridge.close();
        }
        if (runtime != null) {
            runtime.close();
        }
        server.close();
    }

    private void connected(NetSocket socket) {
        if (closed || strangers >= MOST_STRANGERS) {
            socket.close();
            return;
        }
        strangers++;
        new Connection(socket).begin();
    }

    private static boolean send(@Nullable NetSocket socket, Buffer frame) {
        if (socket == null) {
            return false;
        }
        socket.write(frame);
        return true;
    }

    /** One accepted connection, from its hello on. */
    private final class Connection implements FrameDecoder.Sink {
        private final NetSocket socket;
        private boolean greeted;
        private boolean ofBridge;
        private String reason = "the connection ended";

        Connection(NetSocket socket) {
            this.socket = socket;
        }

        void begin() {
            FrameDecoder decoder = new FrameDecoder(this);
            socket.handler(bytes -> {
                try {
                    decoder.handle(bytes);
                } catch (ProtocolFault fault) {
                    refuse(Objects.requireNonNullElse(fault.getMessage(), "protocol fault"));
                } catch (RuntimeException ours) {
                    // The decoder stands in mid-stream: what this connection says next could be misread.
                    LOG.error("event=frame_failed socket={}", path, ours);
                    refuse("this node failed at one of its frames: " + ours);
                }
            });
            socket.exceptionHandler(fault -> {});
            socket.closeHandler(ignored -> ended());
        }

        private void refuse(String sentence) {
            reason = sentence;
            if (!greeted) {
                socket.write(Outgoing.refuse(reason));
            }
            socket.handler(ignored -> {});
            socket.close();
            if (!greeted && !closed) {
                events.broken(false, reason);
            }
        }

        private void ended() {
            if (!greeted) {
                strangers--;
                return;
            }
            if (ofBridge) {
                bridge = null;
            } else {
                runtime = null;
            }
            if (!closed) {
                events.broken(ofBridge, reason);
            }
        }

        @Override
        public void frame(int type, long id, FrameReader payload) {
            if (closed) {
                return;
            }
            if (!greeted) {
                greet(type, payload);
            } else if (ofBridge) {
                fromBridge(type, id, payload);
            } else {
                fromRuntime(type, id, payload);
            }
        }

        private void greet(int type, FrameReader payload) {
            if (type != Frame.HELLO) {
                throw new ProtocolFault("the first frame has type " + type + ", not hello");
            }
            Hello hello = Hello.read(payload);
            if ((hello.fromBridge() ? bridge : runtime) != null) {
                throw new ProtocolFault("a second connection of the same role");
            }
            greeted = true;
            strangers--;
            ofBridge = hello.fromBridge();
            if (ofBridge) {
                bridge = socket;
            } else {
                runtime = socket;
                runtimeSaid = hello;
            }
            socket.write(Outgoing.welcome(window));
            if (bridge != null && runtime != null && runtimeSaid != null) {
                events.ready(runtimeSaid);
            }
        }

        private void fromBridge(int type, long id, FrameReader in) {
            switch (type) {
                case Frame.LOG -> events.log(id, in.u8() == 2, in.u64(), in.rest());
                case Frame.RETIRE -> events.retire(id, in.text());
                case Frame.STATUS -> events.status(id, Figures.read(in));
                case Frame.EXIT -> events.exited(in.u8() == 1, in.i32(), Figures.read(in));
                default -> {
                    // A newer minor version may say more.
                }
            }
        }

        private void fromRuntime(int type, long id, FrameReader in) {
            switch (type) {
                case Frame.INIT_RESULT -> events.initialised(in.u8() == 0, in.text(), in.text(), in.text());
                case Frame.RESULT -> events.result(id, ResultHead.read(in));
                case Frame.DATA -> events.data(id, in.rest());
                case Frame.END -> events.end(id, in.u8() == 0);
                case Frame.CREDIT -> events.credit(id, in.i32());
                case Frame.LOG -> events.log(id, in.u8() == 2, in.u64(), in.rest());
                default -> {
                    // A newer minor version may say more.
                }
            }
        }
    }
}
