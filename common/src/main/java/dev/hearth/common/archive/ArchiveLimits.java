package dev.hearth.common.archive;

import dev.hearth.common.units.Bytes;

/**
 * What an archive of code may hold.
 *
 * @param entries files and folders, those included that are only part of another's path; at least 1
 * @param unpacked bytes of all files together, counted as they are unpacked and not as the archive states them
 * @param depth names in one path; at least 1
 */
public record ArchiveLimits(int entries, Bytes unpacked, int depth) {
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(20_000, Bytes.ofMiB(256), 32);

    public ArchiveLimits {
        if (entries < 1 || depth < 1) {
            throw new IllegalArgumentException(
                    "an archive needs room for an entry: entries is " + entries + ", depth is " + depth);
        }
    }

    /** The same with another bound of unpacked bytes. */
    public ArchiveLimits withUnpacked(Bytes bound) {
        return new ArchiveLimits(entries, bound, depth);
    }
}
