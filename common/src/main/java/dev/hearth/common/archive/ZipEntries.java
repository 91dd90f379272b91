package dev.hearth.common.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.Collections;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The entries of a ZIP. */
final class ZipEntries {
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int PLAIN = 0100000;
    private static final int OWNER_EXECUTES = 0100;

    private ZipEntries() {}

    static void walk(SeekableByteChannel channel, EntryRules rules) throws IOException {
        try (ZipFile zip = open(new DirectoryBound(channel, rules.mostEntries()))) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                check(zip, entry);
                if (entry.isDirectory()) {
                    rules.folder(entry.getName());
                } else {
                    rules.file(entry.getName(), (entry.getUnixMode() & OWNER_EXECUTES) != 0, content(zip, entry));
                }
            }
        }
    }

    private static void check(ZipFile zip, ZipArchiveEntry entry) throws RefusedArchive {
        String name = entry.getName();
        int type = entry.getUnixMode() & TYPE;
        if (entry.isUnixSymlink()) {
            throw EntryName.refused(name, "is a link: put the file itself there");
        }
        if (type != 0 && type != PLAIN && type != FOLDER) {
            throw EntryName.refused(name, "is neither a file nor a folder");
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw EntryName.refused(name, "is encrypted");
        }
        boolean plain = entry.getMethod() == ZipEntry.DEFLATED || entry.getMethod() == ZipEntry.STORED;
        if (!plain || !zip.canReadEntryData(entry)) {
            throw EntryName.refused(name, "is packed in a way that is not known here: use 'deflate'");
        }
    }

    private static ZipFile open(DirectoryBound channel) throws RefusedArchive {
        try {
            ZipFile zip = ZipFile.builder()
                    .setSeekableByteChannel(channel)
                    .setIgnoreLocalFileHeader(true)
                    .get();
            channel.directoryRead();
            return zip;
        } catch (IOException | RuntimeException damaged) {
            throw refused(damaged);
        }
    }

    /** The library wraps what the channel throws. */
    private static RefusedArchive refused(Exception damaged) {
        for (Throwable cause = damaged; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedArchive refused) {
                return refused;
            }
        }
        return new RefusedArchive("The code cannot be read as a ZIP: " + damaged.getMessage() + ".");
    }

    private static InputStream content(ZipFile zip, ZipArchiveEntry entry) throws RefusedArchive {
        try {
            return zip.getInputStream(entry);
        } catch (IOException | RuntimeException damaged) {
            throw EntryName.refused(entry.getName(), "cannot be unpacked: " + damaged.getMessage());
        }
    }
}
