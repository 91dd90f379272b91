package dev.hearth.common.archive;

/** What came of reading an archive. */
public sealed interface ArchiveInspection {
    /**
     * Every entry is safe to unpack.
     *
     * @param entries files and folders
     * @param unpacked bytes of all files together
     */
    record Accepted(int entries, long unpacked) implements ArchiveInspection {}

    /**
     * The archive must not be used.
     *
     * @param reason one sentence for whoever sent it, with the entry's name where one is at fault
     */
    record Refused(String reason) implements ArchiveInspection {}
}
