package dev.hearth.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What one of several calls has for itself: its lines, and a folder in /tmp that goes with it.
 *
 * <p>It is found by the thread that runs the call, and by those that this one starts and that inherit from it.
 */
final class CallScope {
    static final int OUT = 1;
    static final int ERR = 2;

    private static final Path TEMPORARY = Path.of("/tmp");
    private static final InheritableThreadLocal<@Nullable CallScope> CURRENT = new InheritableThreadLocal<>();

    private final CallLines out;
    private final CallLines err;
    private @Nullable Path folder;
    private boolean closed;

    CallScope(Connection connection, long number) {
        out = new CallLines(connection, number, OUT);
        err = new CallLines(connection, number, ERR);
    }

    static @Nullable CallScope current() {
        return CURRENT.get();
    }

    void enter() {
        CURRENT.set(this);
    }

    CallLines lines(int stream) {
        return stream == OUT ? out : err;
    }

    /** Made when it is asked for first. */
    synchronized Path folder() {
        if (closed) {
            throw new IllegalStateException("the call is over, and its folder gone");
        }
        Path known = folder;
        if (known == null) {
            try {
                known = Files.createTempDirectory(TEMPORARY, "call-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            folder = known;
        }
        return known;
    }

    /** Before the result is sent, so that its lines come before it. */
    void endLines() {
        out.close();
        err.close();
    }

    synchronized void close() {
        closed = true;
        Path known = folder;
        if (known == null) {
            return;
        }
        try {
            Files.walkFileTree(known, new Removal());
        } catch (IOException e) {
            // What stays goes when the bridge wipes /tmp.
            folder = null;
        }
    }

    /** Removes a tree; what resists stays. */
    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
