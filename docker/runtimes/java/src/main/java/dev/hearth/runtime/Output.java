package dev.hearth.runtime;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output and error of the function: lines reach the pipe at once and all else before a call ends. */
final class Output {
    private static final PrintStream OUT = new Lasting(FileDescriptor.out);
    private static final PrintStream ERR = new Lasting(FileDescriptor.err);

    private Output() {}

    static void prepare() {
        System.setOut(OUT);
        System.setErr(ERR);
    }

    /** From now on the lines of a call that runs beside others are its own. */
    static void share() {
        System.setOut(new Lasting(new Shared(FileDescriptor.out, CallScope.OUT)));
        System.setErr(new Lasting(new Shared(FileDescriptor.err, CallScope.ERR)));
    }

    /** Also what the function put in their place, if it did. */
    static void flush() {
        OUT.flush();
        ERR.flush();
        try {
            if (System.out == null) {
                System.setOut(OUT);
            }
            if (System.err == null) {
                System.setErr(ERR);
            }
            System.out.flush();
            System.err.flush();
        } catch (RuntimeException ofTheFunctionsStream) {
            OUT.flush();
        }
    }

    /** A line although nothing else may work any more. */
    static void last(String line) {
        try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
            err.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyListens) {
            return;
        }
    }

    /** A stream that a function may close without losing it for the calls to come. */
    private static final class Lasting extends PrintStream {
        Lasting(FileDescriptor fd) {
            this(new BufferedOutputStream(new FileOutputStream(fd)));
        }

        Lasting(OutputStream to) {
            super(to, true, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            flush();
        }
    }

    /** Gives bytes to the call of the thread that writes, and to the descriptor where there is none. */
    private static final class Shared extends OutputStream {
        private final OutputStream own;
        private final int stream;

        Shared(FileDescriptor fd, int stream) {
            this.own = new BufferedOutputStream(new FileOutputStream(fd));
            this.stream = stream;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int size) throws IOException {
            CallScope scope = CallScope.current();
            if (scope == null || !scope.lines(stream).take(bytes, from, size)) {
                own.write(bytes, from, size);
            }
        }

        @Override
        public void flush() throws IOException {
            own.flush();
        }
    }
}
