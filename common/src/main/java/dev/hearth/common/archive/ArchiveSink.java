package dev.hearth.common.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * Receives the entries of an archive in its order, each after the folders it lies in.
 *
 * <p>Paths are relative, with {@code /} between names, without empty, {@code .} or {@code ..} names, and none comes twice.
 * What a sink throws ends the walk and reaches its caller.
 */
public interface ArchiveSink {
    void folder(String path) throws IOException;

    /**
     * Takes one file.
     *
     * @param executable whether the owner may execute it
     * @param content the file's bytes; need not be read to the end
     */
    void file(String path, boolean executable, InputStream content) throws IOException;
}
