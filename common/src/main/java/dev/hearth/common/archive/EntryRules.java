package dev.hearth.common.archive;

import dev.hearth.common.units.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/** Holds every entry against the limits and hands on those that keep them. */
final class EntryRules {
    private static final String ROOT = "";
    private final ArchiveLimits limits;
    private final ArchiveSink sink;
    private final Set<String> folders = new HashSet<>();
    private final Set<String> files = new HashSet<>();
    private long unpacked;

    EntryRules(ArchiveLimits limits, ArchiveSink sink) {
        this.limits = limits;
        this.sink = sink;
    }

    void folder(String name) throws IOException {
        String path = EntryName.normalised(name, limits.depth());
        if (!path.equals(ROOT)) {
            makeFolder(path);
        }
    }

    void file(String name, boolean executable, InputStream content) throws IOException {
        String path = EntryName.normalised(name, limits.depth());
        if (path.equals(ROOT)) {
            throw new RefusedArchive("The archive has a file without a name.");
        }
        makeFolder(parent(path));
        if (folders.contains(path) || !files.add(path)) {
            throw new RefusedArchive("The archive has the entry '" + path + "' twice.");
        }
        countEntries();
        try (InputStream counted = new CountedContent(path, content, this)) {
            sink.file(path, executable, counted);
            Archives.drain(counted);
        }
    }

    private void makeFolder(String path) throws IOException {
        if (path.equals(ROOT) || folders.contains(path)) {
            return;
        }
        if (files.contains(path)) {
            throw new RefusedArchive("The archive has '" + path + "' both as a file and as a folder.");
        }
        makeFolder(parent(path));
        folders.add(path);
        countEntries();
        sink.folder(path);
    }

    private void countEntries() throws RefusedArchive {
        if (folders.size() + files.size() > limits.entries()) {
            throw tooMany(limits.entries());
        }
    }

    static RefusedArchive tooMany(int most) {
        return new RefusedArchive(
                "The archive has more than " + most + " files and folders: leave out what the function does not need.");
    }

    int mostEntries() {
        return limits.entries();
    }

    void count(int bytes) throws RefusedArchive {
        unpacked += bytes;
        if (unpacked > limits.unpacked().value()) {
            throw new RefusedArchive("The code unpacks to more than "
                    + new Bytes(limits.unpacked().value()) + ": leave out what the function does not need.");
        }
    }

    ArchiveInspection accepted() throws RefusedArchive {
        if (files.isEmpty()) {
            throw new RefusedArchive("The archive holds no file.");
        }
        return new ArchiveInspection.Accepted(files.size() + folders.size(), unpacked);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? ROOT : path.substring(0, slash);
    }
}
