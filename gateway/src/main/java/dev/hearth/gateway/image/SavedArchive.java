package dev.hearth.gateway.image;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An archive of images on its way to the engine: follows the tar's headers as they pass, since the engine would say of a
 * broken one only that the connection broke.
 *
 * <p>The engine unpacks the whole archive before it takes an image out of it, so a fault at the end leaves nothing behind.
 */
final class SavedArchive extends FilterInputStream {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    /** One of them says which images there are; the last is of engines before 1.10. */
    private static final Set<String> LISTS = Set.of("manifest.json", "index.json", "repositories");

    private final byte[] header = new byte[BLOCK];
    private int filled;
    /** Bytes of content and padding until the next header. */
    private long content;

    private boolean listed;
    private boolean ended;
    private boolean begun;
    private @Nullable HearthException fault;

    SavedArchive(InputStream in) {
        super(in);
    }

    /** What is wrong with the archive, as far as it was read. */
    Optional<HearthException> fault() {
        return Optional.ofNullable(fault);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        int read = in.read(into, from, most);
        if (read < 0) {
            close(begun);
        } else {
            follow(into, from, read);
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void close(boolean any) throws IOException {
        if (!any) {
            refuse("the archive is empty");
        } else if (!ended) {
            refuse("the archive is cut off: save it and send it again");
        } else if (!listed) {
            refuse("the archive holds no list of images (manifest.json): send what 'docker save' writes, not 'docker"
                    + " export'");
        }
    }

    private void follow(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        int end = from + count;
        begun |= count > 0;
        while (at < end && !ended) {
            if (content > 0) {
                int skipped = (int) Math.min(content, end - at);
                content -= skipped;
                at += skipped;
            } else {
                int taken = Math.min(BLOCK - filled, end - at);
                System.arraycopy(bytes, at, header, filled, taken);
                filled += taken;
                at += taken;
                if (filled == BLOCK) {
                    filled = 0;
                    entry();
                }
            }
        }
    }

    private void entry() throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? ' ' : header[i] & 0xff;
        }
        if (sum == (long) CHECKSUM_LENGTH * ' ') {
            ended = true;
            return;
        }
        if (sum != octal(CHECKSUM, CHECKSUM_LENGTH)) {
            refuse(gzipped() ? "the archive is compressed: unpack it with gzip -d first" : "this is no tar archive");
        }
        long size = size();
        if (size < 0) {
            refuse("the archive has an entry of a negative size");
        }
        content = (size + BLOCK - 1) / BLOCK * BLOCK;
        listed |= LISTS.contains(name());
    }

    private boolean gzipped() {
        return header[0] == 0x1f && (header[1] & 0xff) == 0x8b;
    }

    private String name() {
        int length = 0;
        while (length < NAME && header[length] != 0) {
            length++;
        }
        String name = new String(header, 0, length, StandardCharsets.UTF_8);
        return name.startsWith("./") ? name.substring(2) : name;
    }

    /** Octal digits, or, with the first bit set, a number of base 256. */
    private long size() {
        if ((header[SIZE] & 0x80) == 0) {
            return octal(SIZE, SIZE_LENGTH);
        }
        long size = header[SIZE] & 0x3f;
        for (int i = 1; i < SIZE_LENGTH; i++) {
            if (size > Long.MAX_VALUE >> 9) {
                return -1;
            }
            size = (size << 8) | (header[SIZE + i] & 0xff);
        }
        return size;
    }

    private long octal(int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            int digit = header[i] - '0';
            if (digit >= 0 && digit < 8) {
                value = (value << 3) | digit;
            } else if (header[i] != ' ' && header[i] != 0) {
                return -1;
            }
        }
        return value;
    }

    private void refuse(String why) throws IOException {
        HearthException refused = new HearthException(ErrorCode.INVALID_REQUEST, why);
        fault = refused;
        throw new IOException(why, refused);
    }
}
