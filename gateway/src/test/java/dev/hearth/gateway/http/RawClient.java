package dev.hearth.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Writes bytes as it likes to a server on loopback and reads what comes back. */
final class RawClient implements AutoCloseable {
    private static final int DEADLINE_MILLIS = 20_000;
    private final Socket socket;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(DEADLINE_MILLIS);
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Ends the request's half of the connection. */
    RawClient hangUp() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** All that the server sends until it closes. */
    String readAll() throws IOException {
        StringBuilder out = new StringBuilder();
        InputStream in = socket.getInputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                out.append((char) b);
            }
        } catch (SocketException reset) {
            out.append("<reset>");
        }
        return out.toString();
    }

    /** What the server sends up to the text, which must come. */
    String readTo(String text) throws IOException {
        StringBuilder out = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (out.indexOf(text) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("closed before '" + text + "': " + out);
            }
            out.append((char) b);
        }
        return out.toString();
    }

    /** Whether the server closes within so many milliseconds without having said anything. */
    boolean closedWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        } finally {
            socket.setSoTimeout(DEADLINE_MILLIS);
        }
    }

    /** Sends it again and again; whether the server ends that. */
    boolean isCutOffWhileSending(String text) {
        long end = System.nanoTime() + DEADLINE_MILLIS * 1_000_000L;
        while (System.nanoTime() < end) {
            try {
                send(text);
            } catch (IOException cutOff) {
                return true;
            }
        }
        return false;
    }

    /** Writes, whatever the server has made of the connection. */
    void sendIfOpen(String text) {
        try {
            send(text);
        } catch (IOException closed) {
            assert socket.isConnected() : closed;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
