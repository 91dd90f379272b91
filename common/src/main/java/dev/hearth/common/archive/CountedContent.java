package dev.hearth.common.archive;

import java.io.IOException;
import java.io.InputStream;

/** One entry's bytes: counted against the limit, and damage told apart from a failing sink. */
final class CountedContent extends InputStream {
    private final String path;
    private final InputStream content;
    private final EntryRules rules;

    CountedContent(String path, InputStream content, EntryRules rules) {
        this.path = path;
        this.content = content;
        this.rules = rules;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count;
        try {
            count = content.read(into, offset, length);
        } catch (RefusedArchive refused) {
            throw refused;
        } catch (IOException | RuntimeException damaged) {
            // The library throws unchecked exceptions too when the bytes make no sense.
            throw EntryName.refused(path, "cannot be unpacked: " + damaged.getMessage());
        }
        if (count > 0) {
            rules.count(count);
        }
        return count;
    }
}
