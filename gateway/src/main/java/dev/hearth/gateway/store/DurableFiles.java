package dev.hearth.gateway.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that are whole or not there, for their owner alone, and still there after a power cut. */
final class DurableFiles {
    private DurableFiles() {}

    /** Makes an empty file instead of what a run that was cut off has left there. */
    static void createAnew(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Gives a finished file its name; it is on disk under that when this returns. */
    static void publish(Path finished, Path name) throws IOException {
        force(finished, StandardOpenOption.WRITE);
        Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
        Path folder = name.toAbsolutePath().getParent();
        if (folder != null) {
            force(folder, StandardOpenOption.READ);
        }
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
