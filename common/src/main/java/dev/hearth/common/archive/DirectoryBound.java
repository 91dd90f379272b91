package dev.hearth.common.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A ZIP's bytes, with a bound on its directory while that is read.
 *
 * <p>The library holds the whole directory in memory before the first entry can be looked at, some hundred bytes for each
 * entry and names of up to 64 KiB, and the count that the archive states may be a lie. So the entries are counted by the
 * marks that pass, whatever size the reads have.
 */
final class DirectoryBound implements SeekableByteChannel {
    private static final long BYTES = 1 << 20;
    private static final long BYTES_PER_ENTRY = 256;

    /** The end is looked for backwards, which passes marks of entries that are read again later. */
    private static final long SEEN_TWICE = 65_557 / 46 + 1;

    private static final int MARK = 0x504b0102;

    private final SeekableByteChannel in;
    private final int entries;
    private final long mostBytes;
    private boolean open;
    private long bytes;
    private long marks;
    private int last;

    DirectoryBound(SeekableByteChannel in, int entries) {
        this.in = in;
        this.entries = entries;
        this.mostBytes = BYTES + BYTES_PER_ENTRY * entries;
    }

    /** The directory has been read: from now on entries are, which are counted elsewhere. */
    void directoryRead() {
        open = true;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int from = into.position();
        int count = in.read(into);
        if (!open && count > 0) {
            bytes += count;
            for (int i = from; i < from + count; i++) {
                last = (last << 8) | (into.get(i) & 0xff);
                marks += last == MARK ? 1 : 0;
            }
            check();
        }
        return count;
    }

    private void check() throws RefusedArchive {
        if (marks > entries + SEEN_TWICE) {
            throw EntryRules.tooMany(entries);
        }
        if (bytes > mostBytes) {
            throw new RefusedArchive("The archive's directory has more than " + mostBytes + " bytes.");
        }
    }

    @Override
    public SeekableByteChannel position(long to) throws IOException {
        if (to != in.position()) {
            last = 0;
        }
        in.position(to);
        return this;
    }

    @Override
    public long position() throws IOException {
        return in.position();
    }

    @Override
    public long size() throws IOException {
        return in.size();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new UnsupportedOperationException("the archive is only read");
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException("the archive is only read");
    }

    @Override
    public boolean isOpen() {
        return in.isOpen();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
