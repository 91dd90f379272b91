package dev.hearth.invoker.image;

import dev.hearth.common.function.CodeForm;
import java.nio.file.Path;

/**
 * Unpacked code in the node's cache, pinned for whoever fetched it until {@link CodeCache#release}.
 *
 * @param digest of the code as it was handed in
 * @param form how it was packed
 * @param path the folder
 * @param bytes of all its files
 */
public record CodeFolder(String digest, CodeForm form, Path path, long bytes) {}
