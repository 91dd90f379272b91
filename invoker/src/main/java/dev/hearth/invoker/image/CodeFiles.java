package dev.hearth.invoker.image;

import dev.hearth.common.archive.ArchiveInspection;
import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.archive.ArchiveSink;
import dev.hearth.common.archive.Archives;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Writes, measures and links folders of code. Blocks. */
final class CodeFiles {
    private static final String FOR_ALL = "rwxr-xr-x";
    private static final String READABLE = "rw-r--r--";

    private CodeFiles() {}

    /** Unpacks into a new folder that any user may read; answers with the bytes of all files. Single files move there. */
    static long unpack(Path packed, Code code, ArchiveLimits limits, Path target) throws IOException {
        folder(target);
        if (code.form() == CodeForm.SOURCE) {
            return moveSource(packed, target);
        }
        ArchiveInspection inspection;
        try (SeekableByteChannel channel = Files.newByteChannel(packed)) {
            inspection = Archives.walk(channel, code.form(), limits, new Unpacking(target));
        }
        return switch (inspection) {
            case ArchiveInspection.Accepted accepted -> accepted.unpacked();
            case ArchiveInspection.Refused refused ->
                throw new HearthException(
                        ErrorCode.INIT_FAILED, "code " + code.digest() + " was not unpacked: " + refused.reason());
        };
    }

    private static long moveSource(Path packed, Path target) throws IOException {
        byte[] bytes = Files.readAllBytes(packed);
        boolean compiled = SourceFile.isCompiled(bytes);
        String name = compiled ? SourceFile.PLAIN : SourceFile.nameInCache(new String(bytes, StandardCharsets.UTF_8));
        Path file = target.resolve(name);
        Files.move(packed, file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(compiled ? FOR_ALL : READABLE));
        return bytes.length;
    }

    /** Links all files into a new folder, or copies what cannot be linked; answers with the entry file's name. */
    static String link(CodeFolder folder, Path target, String runtime, String handler) throws IOException {
        // The time of last use: the order of the cache after a restart.
        Files.setLastModifiedTime(folder.path(), FileTime.from(Instant.now()));
        if (folder.form() != CodeForm.SOURCE) {
            linkTree(folder.path(), target);
            return "";
        }
        folder(target);
        try (Stream<Path> files = Files.list(folder.path())) {
            Path only = files.findFirst().orElseThrow(() -> new IOException(folder.path() + " is empty"));
            String name = SourceFile.nameInContainer(String.valueOf(only.getFileName()), runtime, handler);
            link(only, target.resolve(name));
            return name;
        }
    }

    private static void linkTree(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                folder(to.resolve(from.relativize(path)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                link(path, to.resolve(from.relativize(path)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileSystemException | UnsupportedOperationException notHere) {
            // Another file system, or as many links to one file as it allows.
            Files.copy(from, to);
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }

    /** Bytes of all files in a folder. */
    static long measure(Path root) throws IOException {
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                bytes.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes.get();
    }

    private static void folder(Path path) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(FOR_ALL));
    }

    /** Writes entries as the archive's walk hands them over, whatever modes the archive gave them. */
    private record Unpacking(Path target) implements ArchiveSink {
        @Override
        public void folder(String path) throws IOException {
            CodeFiles.folder(target.resolve(path));
        }

        @Override
        public void file(String path, boolean executable, InputStream content) throws IOException {
            Path file = target.resolve(path);
            Files.copy(content, file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? FOR_ALL : READABLE));
        }
    }
}
