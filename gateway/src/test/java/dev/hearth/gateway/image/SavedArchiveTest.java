package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.error.HearthException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedArchiveTest {
    @Test
    void aWholeArchivePassesUnchanged() throws IOException {
        byte[] tar = tar("layer.tar", "manifest.json");
        assertThat(new SavedArchive(new ByteArrayInputStream(tar)).readAllBytes())
                .isEqualTo(tar);
    }

    @Test
    void aWholeArchivePassesByteByByte() throws IOException {
        byte[] tar = tar("index.json");
        SavedArchive saved = new SavedArchive(new ByteArrayInputStream(tar));
        for (byte wanted : tar) {
            assertThat((byte) saved.read()).isEqualTo(wanted);
        }
        assertThat(saved.read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 512, 700, 1024, 1536})
    void anArchiveThatIsCutOffAnywhereIsRefused(int length) {
        refused(Arrays.copyOf(tar("a", "manifest.json"), length), "cut off");
    }

    @Test
    void whatIsNoArchiveOfImagesIsRefused() throws IOException {
        refused(new byte[0], "empty");
        refused("no tar at all ".repeat(200).getBytes(StandardCharsets.UTF_8), "no tar");
        refused(tar("bin/sh", "etc/passwd"), "docker save");
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            byte[] noise = new byte[4_000];
            new java.util.Random(3).nextBytes(noise);
            gzip.write(noise);
        }
        refused(zipped.toByteArray(), "gzip -d");
    }

    private static void refused(byte[] bytes, String reason) {
        SavedArchive saved = new SavedArchive(new ByteArrayInputStream(bytes));
        assertThatThrownBy(saved::readAllBytes)
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(HearthException.class)
                .hasMessageContaining(reason);
        assertThat(saved.fault()).isPresent();
    }

    private static byte[] tar(String... names) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String name : names) {
            byte[] header = new byte[512];
            put(header, 0, name);
            put(header, 124, String.format(Locale.ROOT, "%011o", 5));
            Arrays.fill(header, 148, 156, (byte) ' ');
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, String.format(Locale.ROOT, "%06o", sum));
            header[154] = 0;
            out.writeBytes(header);
            out.writeBytes(Arrays.copyOf("hello".getBytes(StandardCharsets.UTF_8), 512));
        }
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
