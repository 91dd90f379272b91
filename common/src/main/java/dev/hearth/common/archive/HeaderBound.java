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
    private static final long MOST = 256 * 1024;
    private long left = MOST;

    HeaderBound(InputStream in) {
        super(in);
    }

    void expectHeader() {
        left = MOST;
    }

    void expectContent() {
        left = Long.MAX_VALUE;
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
        return taken(count);
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        left -= skipped;
        return skipped;
    }

    private int taken(int count) throws RefusedArchive {
        left -= Math.max(0, count);
        if (left < 0) {
            throw new RefusedArchive("The archive has a header of more than " + MOST + " bytes.");
        }
        return count;
    }
}
