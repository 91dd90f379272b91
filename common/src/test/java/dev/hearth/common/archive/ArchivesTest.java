package dev.hearth.common.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.function.CodeForm;
import dev.hearth.common.units.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchivesTest {
    private static final ArchiveSink NOWHERE = new ArchiveSink() {
        @Override
        public void folder(String path) {}

        @Override
        public void file(String path, boolean executable, InputStream content) {}
    };
    private static final ArchiveLimits SMALL = new ArchiveLimits(6, new Bytes(1000), 4);

    @Test
    void countsFilesFoldersAndBytesOfBothForms() throws IOException {
        assertThat(inspectTar("./", "./a.py=12345", "lib/deep/b.py=678"))
                .isEqualTo(new ArchiveInspection.Accepted(4, 8));
        assertThat(inspectZip("a.py=12345", "lib/", "lib/deep/b.py=678"))
                .isEqualTo(new ArchiveInspection.Accepted(4, 8));
    }

    @Test
    void countsASingleSourceFile() {
        assertThat(Archives.inspect(bytes("print(1)"), CodeForm.SOURCE, SMALL))
                .isEqualTo(new ArchiveInspection.Accepted(1, 8));
    }

    @Test
    void handsOnEachEntryAfterItsFoldersAndWhetherItIsExecutable() throws IOException {
        List<String> seen = new ArrayList<>();
        try (var channel = new SeekableInMemoryByteChannel(tar("bin/run=x", "bin/", "a=y"))) {
            Archives.walk(channel, CodeForm.TAR_GZ, SMALL, new ArchiveSink() {
                @Override
                public void folder(String path) {
                    seen.add(path + "/");
                }

                @Override
                public void file(String path, boolean executable, InputStream content) throws IOException {
                    seen.add(
                            path + " " + executable + " " + new String(content.readAllBytes(), StandardCharsets.UTF_8));
                }
            });
        }
        assertThat(seen).containsExactly("bin/", "bin/run false x", "a false y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x=1", "a/../../x=1", "/etc/passwd=1", "a\\..\\x=1", "a\nb=1", "1/2/3/4/5=1"})
    void refusesNamesThatLeaveTheArchiveOrMisleadAboutIt(String entry) throws IOException {
        String name = entry.substring(0, 1);
        assertThat(inspectTar(entry))
                .isInstanceOfSatisfying(
                        ArchiveInspection.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("The archive's entry '" + name));
        assertThat(inspectZip(entry)).isInstanceOf(ArchiveInspection.Refused.class);
    }

    @Test
    void refusesLinksByName() throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("lib/link", TarConstants.LF_SYMLINK);
        link.setLinkName("/etc/shadow");
        assertThat(reason(inspectTar(link))).contains("'lib/link' is a link to '/etc/shadow'");
        TarArchiveEntry hard = new TarArchiveEntry("hard", TarConstants.LF_LINK);
        hard.setLinkName("a");
        assertThat(reason(inspectTar(hard))).contains("'hard' is a link to 'a'");

        ZipArchiveEntry zipped = new ZipArchiveEntry("zipped");
        zipped.setUnixMode(0120777);
        assertThat(reason(inspectZip(zipped))).contains("'zipped' is a link");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
    void refusesDevicesAndPipes(byte type) throws IOException {
        assertThat(reason(inspectTar(new TarArchiveEntry("dev", type)))).contains("neither a file nor a folder");
    }

    @Test
    void refusesABombByTheBytesItReallyUnpacksTo() throws IOException {
        assertThat(reason(inspectTar("a=" + "0".repeat(600), "b=" + "0".repeat(401))))
                .contains("more than 1000B");
        assertThat(reason(inspectZip("a=" + "0".repeat(600), "b=" + "0".repeat(401))))
                .contains("more than 1000B");
        assertThat(reason(Archives.inspect(new byte[1001], CodeForm.SOURCE, SMALL)))
                .contains("more than 1000B");
    }

    @Test
    void refusesAHeaderThatWouldFillTheMemory() throws IOException {
        TarArchiveEntry longName = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        longName.setSize(1 << 20);
        assertThat(reason(inspectTar(longName, new byte[1 << 20]))).contains("header of more than");
    }

    @Test
    void stopsReadingADirectoryOfTooManyEntries() throws IOException {
        AtomicLong read = new AtomicLong();
        try (var channel = new SeekableInMemoryByteChannel(directoryOf(60_000, 8)) {
            @Override
            public int read(ByteBuffer into) throws IOException {
                int count = super.read(into);
                read.addAndGet(count);
                return count;
            }
        }) {
            assertThat(reason(Archives.walk(channel, CodeForm.ZIP, SMALL, NOWHERE)))
                    .contains("more than 6 files and folders");
        }
        assertThat(read).hasValueLessThan(200_000);
    }

    @Test
    void refusesADirectoryOfLongNames() {
        assertThat(reason(Archives.inspect(directoryOf(100, 60_000), CodeForm.ZIP, SMALL)))
                .contains("The archive's directory has more than");
    }

    @Test
    void refusesPathsThatWouldFillTheMemory() throws IOException {
        ArchiveLimits deep = new ArchiveLimits(1_000, new Bytes(1000), 1_000);
        assertThat(reason(Archives.inspect(tar("long/".repeat(205) + "a=1"), CodeForm.TAR_GZ, deep)))
                .contains("has a path of more than 1024 characters");
    }

    @Test
    void refusesGlobalHeadersThatAddUp() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = tarOutput(out)) {
            for (int i = 0; i < 3; i++) {
                TarArchiveEntry global = new TarArchiveEntry("g", TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER);
                global.addPaxHeader("key" + i, "v".repeat(200_000));
                tar.putArchiveEntry(global);
                add(tar, new TarArchiveEntry("f" + i, true), bytes("x"));
            }
        }
        ArchiveLimits many = new ArchiveLimits(1_000, new Bytes(1000), 4);
        assertThat(reason(Archives.inspect(out.toByteArray(), CodeForm.TAR_GZ, many)))
                .contains("'f1' has extended headers of more than");
    }

    /** A ZIP that is all directory. */
    private static byte[] directoryOf(int entries, int nameLength) {
        ByteBuffer zip = ByteBuffer.allocate(entries * (46 + nameLength) + 22).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries; i++) {
            zip.putInt(0x02014b50).putShort((short) 20).putShort((short) 20);
            zip.position(zip.position() + 20);
            zip.putShort((short) nameLength);
            zip.position(zip.position() + 16);
            zip.put(bytes(String.format(Locale.ROOT, "%0" + nameLength + "d", i)));
        }
        int size = zip.position();
        zip.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
        zip.putInt(size).putInt(0).putShort((short) 0);
        return zip.array();
    }

    @Test
    void refusesMoreEntriesThanTheLimitCountingImpliedFolders() throws IOException {
        assertThat(inspectTar("1/2/3/a=", "1/2/b=", "c=")).isEqualTo(new ArchiveInspection.Accepted(6, 0));
        assertThat(reason(inspectTar("1/2/3/a=", "1/2/b=", "c=", "d="))).contains("more than 6 files and folders");
    }

    @Test
    void refusesWhatWouldOverwriteAnEarlierEntry() throws IOException {
        assertThat(reason(inspectTar("a=1", "./a=2"))).contains("'a' twice");
        assertThat(reason(inspectTar("a=1", "a/b=2"))).contains("'a' both as a file and as a folder");
        assertThat(reason(inspectTar("a/b=1", "a=2"))).contains("'a' twice");
    }

    @Test
    void refusesArchivesWithoutAFileAndWhatIsNoArchive() throws IOException {
        assertThat(reason(inspectTar("a/"))).isEqualTo("The archive holds no file.");
        assertThat(reason(inspectZip("a/"))).isEqualTo("The archive holds no file.");
        assertThat(reason(Archives.inspect(bytes("hello"), CodeForm.ZIP, SMALL)))
                .contains("cannot be read as a ZIP");
        assertThat(reason(Archives.inspect(bytes("hello"), CodeForm.TAR_GZ, SMALL)))
                .contains("cannot be read as a gzipped tar");
    }

    @Test
    void refusesEveryTruncatedArchiveWithASentence() throws IOException {
        byte[] whole = tar("a=" + "some text that does not pack well 9182736450".repeat(3), "b=2");
        for (int length = 1; length < whole.length; length += 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(Archives.inspect(cut, CodeForm.TAR_GZ, SMALL)).isInstanceOf(ArchiveInspection.Refused.class);
        }
    }

    @Test
    void letsTheSinksOwnFailureThrough() throws IOException {
        try (var channel = new SeekableInMemoryByteChannel(zip("a=1"))) {
            assertThatThrownBy(() -> Archives.walk(channel, CodeForm.ZIP, SMALL, new ArchiveSink() {
                        @Override
                        public void folder(String path) {}

                        @Override
                        public void file(String path, boolean executable, InputStream content) throws IOException {
                            throw new IOException("disk full");
                        }
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }

    private static String reason(ArchiveInspection inspection) {
        return inspection instanceof ArchiveInspection.Refused refused ? refused.reason() : inspection.toString();
    }

    private static ArchiveInspection inspectTar(String... entries) throws IOException {
        return Archives.inspect(tar(entries), CodeForm.TAR_GZ, SMALL);
    }

    private static ArchiveInspection inspectZip(String... entries) throws IOException {
        return Archives.inspect(zip(entries), CodeForm.ZIP, SMALL);
    }

    private static ArchiveInspection inspectTar(TarArchiveEntry entry, byte... content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = tarOutput(out)) {
            add(tar, entry, content);
        }
        return Archives.inspect(out.toByteArray(), CodeForm.TAR_GZ, SMALL);
    }

    private static ArchiveInspection inspectZip(ZipArchiveEntry entry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream((OutputStream) out)) {
            zip.putArchiveEntry(entry);
            zip.write(bytes("/etc/shadow"));
            zip.closeArchiveEntry();
        }
        return Archives.inspect(out.toByteArray(), CodeForm.ZIP, SMALL);
    }

    private static byte[] tar(String... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = tarOutput(out)) {
            for (String entry : entries) {
                String[] parts = entry.split("=", 2);
                add(tar, new TarArchiveEntry(parts[0], true), bytes(parts.length > 1 ? parts[1] : ""));
            }
        }
        return out.toByteArray();
    }

    private static TarArchiveOutputStream tarOutput(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        return tar;
    }

    private static void add(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content) throws IOException {
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] zip(String... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream((OutputStream) out)) {
            for (String entry : entries) {
                String[] parts = entry.split("=", 2);
                zip.putArchiveEntry(new ZipArchiveEntry(parts[0]));
                zip.write(bytes(parts.length > 1 ? parts[1] : ""));
                zip.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
