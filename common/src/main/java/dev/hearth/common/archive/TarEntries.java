package dev.hearth.common.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** The entries of a gzipped tar. */
final class TarEntries {
    private static final int OWNER_EXECUTES = 0100;
    private static final int BLOCK = 8 * 1024;
    private final HeaderBound bytes;
    private final TarArchiveInputStream tar;

    private TarEntries(InputStream gzipped, int mostEntries) throws IOException {
        bytes = new HeaderBound(new GZIPInputStream(gzipped, BLOCK), mostEntries);
        tar = new TarArchiveInputStream(bytes, "UTF-8");
    }

    static void walk(InputStream gzipped, EntryRules rules) throws IOException {
        TarEntries entries = open(gzipped, rules.mostEntries());
        for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
            check(entry);
            if (entry.isDirectory()) {
                rules.folder(entry.getName());
            } else {
                rules.file(entry.getName(), (entry.getMode() & OWNER_EXECUTES) != 0, entries.content());
            }
        }
        entries.end();
    }

    /** What comes after the last entry is read too: only its end tells that nothing of the file is missing. */
    private void end() throws RefusedArchive {
        bytes.expectHeader();
        try {
            Archives.drain(bytes);
        } catch (RefusedArchive refused) {
            throw refused;
        } catch (IOException damaged) {
            throw damaged(damaged);
        }
    }

    // By the type byte: the library's isFile() says yes to devices and pipes as well.
    private static void check(TarArchiveEntry entry) throws RefusedArchive {
        long extra = 0;
        for (Map.Entry<String, String> header : entry.getExtraPaxHeaders().entrySet()) {
            extra += header.getKey().length() + header.getValue().length();
        }
        if (extra > HeaderBound.MOST) {
            // Global ones add up in the library from entry to entry.
            throw EntryName.refused(
                    entry.getName(), "has extended headers of more than " + HeaderBound.MOST + " bytes");
        }
        switch (entry.getLinkFlag()) {
            case TarConstants.LF_NORMAL,
                    TarConstants.LF_OLDNORM,
                    TarConstants.LF_CONTIG,
                    TarConstants.LF_DIR,
                    TarConstants.LF_GNUTYPE_SPARSE -> {}
            case TarConstants.LF_SYMLINK, TarConstants.LF_LINK ->
                throw EntryName.refused(
                        entry.getName(),
                        "is a link to '" + EntryName.shown(entry.getLinkName()) + "': put the file itself there");
            default -> throw EntryName.refused(entry.getName(), "is neither a file nor a folder");
        }
    }

    private static TarEntries open(InputStream gzipped, int mostEntries) throws RefusedArchive {
        try {
            return new TarEntries(gzipped, mostEntries);
        } catch (IOException | RuntimeException damaged) {
            throw damaged(damaged);
        }
    }

    private @Nullable TarArchiveEntry next() throws RefusedArchive {
        bytes.expectHeader();
        try {
            return tar.getNextEntry();
        } catch (RefusedArchive refused) {
            throw refused;
        } catch (IOException | RuntimeException damaged) {
            throw damaged(damaged);
        }
    }

    private InputStream content() {
        bytes.expectContent();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return tar.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return tar.read(into, offset, length);
            }
        };
    }

    private static RefusedArchive damaged(Exception damaged) {
        return new RefusedArchive("The code cannot be read as a gzipped tar: "
                + Objects.requireNonNullElse(damaged.getMessage(), "it ends too early") + ".");
    }
}
