package dev.hearth.invoker.image;

import dev.hearth.invoker.blocking.FileTrees;
import dev.hearth.invoker.image.CodeCache.Left;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the cache's folder holds when the invoker starts. Blocks.
 *
 * <p>After a crash of the invoker every folder is whole. After a crash of the machine it need not be, since files are not
 * synced one by one: then all are fetched again.
 */
final class CodeLeftovers {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String BOOT_FILE = "boot";

    private CodeLeftovers() {}

    /** The whole folders, longest unused first; all else is deleted. */
    static List<Left> take(Path root) throws IOException {
        return take(root, Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown");
    }

    static List<Left> take(Path root, String boot) throws IOException {
        Files.createDirectories(root);
        Path bootFile = root.resolve(BOOT_FILE);
        boolean whole = Files.exists(bootFile) && Files.readString(bootFile).equals(boot);
        List<Left> lefts = new ArrayList<>();
        for (Path path : byLastUse(root)) {
            if (whole
                    && CodeCache.KEY.matcher(String.valueOf(path.getFileName())).matches()) {
                lefts.add(Left.of(path));
            } else if (!path.equals(bootFile)) {
                FileTrees.delete(path);
            }
        }
        Files.writeString(bootFile, boot);
        return lefts;
    }

    private static List<Path> byLastUse(Path root) throws IOException {
        Map<Path, FileTime> used = new HashMap<>();
        try (Stream<Path> paths = Files.list(root)) {
            for (Path path : paths.toList()) {
                used.put(path, Files.getLastModifiedTime(path));
            }
        }
        return used.keySet().stream().sorted(Comparator.comparing(used::get)).toList();
    }
}
