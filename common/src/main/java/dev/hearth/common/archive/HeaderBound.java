package dev.hearth.common.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The unpacked bytes of a tar, with a bound on what stands between two entries.
 *
 * <p>The library holds long names and extended headers in memory whole, and their length is the sender's choice; an
 * entry's content is counted elsewhere.
 */
final class HeaderBound extends FilterInputStream {
    static final int MOST = 256 * 1024;
    private static final long MOST_PER_ENTRY = 4 * 1024;

    private long left = MOST;
    private long leftOfAll;
    private boolean content;

    HeaderBound(InputStream in, int entries) {
        super(in);
        leftOfAll = MOST + MOST_PER_ENTRY * entries;
    }

    void expectHeader() {
        left = MOST;
        content = false;
    }

    void expectContent() {
        content = true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        taken(count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        taken(skipped);
        return skipped;
    }

    private void taken(long count) throws RefusedArchive {
        if (content) {
            return;
        }
        left -= Math.max(0, count);
        leftOfAll -= Math.max(0, count);
        if (left < 0) {
            throw new RefusedArchive("The archive has a header of more than " + MOST + " bytes.");
        }
        if (leftOfAll < 0) {
            throw new RefusedArchive("The archive's headers have more than " + MOST_PER_ENTRY + " bytes for each entry"
                    + " that it may have.");
        }
    }
}
