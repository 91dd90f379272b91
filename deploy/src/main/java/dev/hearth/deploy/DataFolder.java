package dev.hearth.deploy;

import dev.hearth.common.id.SortableId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The folder of everything that the node keeps, held by one process at a time. */
final class DataFolder implements AutoCloseable {
    private static final String NODE_ID = "node.id";
    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder if it is missing and holds it until close.
     *
     * @throws BootException when it cannot be written or another process holds it
     */
    static DataFolder hold(Path path) {
        return holdIfFree(path)
                .orElseThrow(() -> new BootException("the data folder " + path
                        + " is held by another Hearth: stop that one, or give this one a folder of its own (--data or"
                        + " HEARTH_HOME)"));
    }

    /** The same; empty when another process holds it. */
    static Optional<DataFolder> holdIfFree(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path.toAbsolutePath().getParent());
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new DataFolder(path, channel));
        } catch (IOException e) {
            throw new BootException(
                    "the data folder " + path + " cannot be used (" + e + "): give a folder that this user may write"
                            + " (--data or HEARTH_HOME)",
                    e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /** The id kept in a data folder; a new one when there is none. */
    static String nodeId(Path data) {
        try {
            String kept = Files.exists(data.resolve(NODE_ID))
                    ? Files.readString(data.resolve(NODE_ID)).strip()
                    : "";
            return kept.isEmpty() ? newNodeId() : kept;
        } catch (IOException e) {
            throw new BootException("the node's id in " + data.resolve(NODE_ID) + " cannot be read: " + e, e);
        }
    }

    private static String newNodeId() {
        return "node-" + SortableId.next().toString().substring(18);
    }

    /** Keeps the id for the next start. */
    void keepNodeId(String id) {
        try {
            if (!Files.exists(path.resolve(NODE_ID))) {
                Files.writeString(path.resolve(NODE_ID), id + "\n");
            }
        } catch (IOException e) {
            throw new BootException("the node's id cannot be kept in " + path.resolve(NODE_ID) + ": " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
