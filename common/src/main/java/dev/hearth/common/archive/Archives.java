package dev.hearth.common.archive;

import dev.hearth.common.function.CodeForm;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Walks code as it was handed in and refuses what is not safe to unpack. */
public final class Archives {
    /** Path under which {@link CodeForm#SOURCE} hands its one file to the sink; who unpacks gives it its name. */
    public static final String SOURCE_FILE = "source";

    private static final ArchiveSink NOWHERE = new ArchiveSink() {
        @Override
        public void folder(String path) {}

        @Override
        public void file(String path, boolean executable, InputStream content) {}
    };

    private Archives() {}

    /** Reads the whole archive and keeps nothing of it. */
    public static ArchiveInspection inspect(byte[] bytes, CodeForm form, ArchiveLimits limits) {
        try (SeekableByteChannel channel = new SeekableInMemoryByteChannel(bytes)) {
            return walk(channel, form, limits, NOWHERE);
        } catch (IOException e) {
            throw new IllegalStateException("neither bytes in memory nor an empty sink fail", e);
        }
    }

    /**
     * Hands every entry to the sink and stops at the first that is refused; what the sink has by then is not to be used.
     *
     * <p>A ZIP's entries are those of its central directory, which alone tells links from files.
     *
     * @throws IOException when the sink failed; a damaged archive is refused instead
     */
    public static ArchiveInspection walk(
            SeekableByteChannel channel, CodeForm form, ArchiveLimits limits, ArchiveSink sink) throws IOException {
        EntryRules rules = new EntryRules(limits, sink);
        try {
            switch (form) {
                case NONE -> throw new IllegalArgumentException("there is no code to walk");
                case SOURCE -> rules.file(SOURCE_FILE, false, Channels.newInputStream(channel));
                case ZIP -> ZipEntries.walk(channel, rules);
                case TAR_GZ -> TarEntries.walk(new BufferedInputStream(Channels.newInputStream(channel)), rules);
            }
            return rules.accepted();
        } catch (RefusedArchive refused) {
            return new ArchiveInspection.Refused(refused.reason());
        }
    }

    /** Reads to the end, so that every byte is counted. */
    static void drain(InputStream content) throws IOException {
        content.transferTo(OutputStream.nullOutputStream());
    }
}
