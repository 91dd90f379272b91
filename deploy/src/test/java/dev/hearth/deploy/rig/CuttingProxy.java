package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A TCP proxy before a registry that can hold back one request, cut all connections, and let everything through again.
 *
 * <p>The connection on which somebody asks for the text that is held back stands still until the cut.
 */
public final class CuttingProxy implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final String heldBack;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicBoolean cut = new AtomicBoolean();
    private final AtomicBoolean healed = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private CuttingProxy(int target, String heldBack) throws IOException {
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.target = target;
        this.heldBack = heldBack;
        threads.execute(this::accept);
    }

    /** Starts one before this port of loopback. */
    public static CuttingProxy before(int port, String heldBack) {
        try {
            return new CuttingProxy(port, heldBack);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Host and port as references name them. */
    public String host() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Waits until somebody has asked for what is held back. */
    public void awaitHeldBack() throws InterruptedException {
        if (!asked.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody has asked for " + heldBack);
        }
    }

    /** Breaks all connections and takes no more. */
    public void cut() {
        cut.set(true);
        open.forEach(CuttingProxy::close);
    }

    /** Lets everything through from now on. */
    public void heal() {
        healed.set(true);
        cut.set(false);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                if (cut.get()) {
                    close(client);
                } else {
                    Socket registry = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(registry);
                    threads.execute(() -> relay(client, registry, true));
                    threads.execute(() -> relay(registry, client, false));
                }
            } catch (IOException closed) {
                // The loop's condition says whether that was the end.
            }
        }
    }

    private void relay(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                boolean held = requests
                        && !healed.get()
                        && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains(heldBack);
                if (held) {
                    asked.countDown();
                    // Stands until the cut closes the socket.
                    in.read();
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException broken) {
            // Either end is gone; both are closed now.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            // A reset, as of a machine that is gone, and not an orderly end.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // That is what was wanted.
        }
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
