package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of a few MiB of the test's own, which can be filled to the last byte and emptied again; needs root. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    /** Mounts one. */
    public SmallDisk(int mebibytes) {
        try {
            folder = Files.createTempDirectory("hearth-disk");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Docker.lines("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + mebibytes + "m", "hearth-it", folder.toString());
    }

    public Path folder() {
        return folder;
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    /** Takes all the room that is left. */
    public void fill() {
        byte[] bytes = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException full) {
            if (folder.toFile().getUsableSpace() > 0) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /** Gives it back. */
    public void free() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Docker.lines("umount", folder.toString());
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
