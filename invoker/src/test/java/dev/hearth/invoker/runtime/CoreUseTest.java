package dev.hearth.invoker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreUseTest {
    private Path stat = Path.of("stat");

    @BeforeEach
    void useAFolder(@TempDir Path folder) throws IOException {
        stat = folder.resolve("stat");
        cpu(100, 0, 50, 1_000, 10, 0, 5, 0);
    }

    @Test
    void countsFromTheLastLook() throws IOException {
        try (CoreUse cores = new CoreUse(stat)) {
            cpu(195, 0, 50, 1_005, 10, 0, 5, 0);
            assertThat(cores.isFull()).as("5 of 100 ticks idle").isTrue();
            cpu(280, 0, 50, 1_015, 15, 0, 5, 0);
            assertThat(cores.isFull())
                    .as("15 of 100 ticks idle or waiting for a disk")
                    .isFalse();
        }
    }

    @Test
    void countsWhatOtherMachinesTookAsUsed() throws IOException {
        try (CoreUse cores = new CoreUse(stat)) {
            cpu(100, 0, 50, 1_000, 10, 0, 5, 100);
            assertThat(cores.isFull()).isTrue();
        }
    }

    @Test
    void isNotFullWhenNoTimePassed() throws IOException {
        try (CoreUse cores = new CoreUse(stat)) {
            assertThat(cores.isFull()).isFalse();
        }
    }

    @Test
    void readsTheKernelsFile() throws IOException {
        try (CoreUse cores = new CoreUse(Path.of("/proc/stat"))) {
            cores.isFull();
        }
        assertThatThrownBy(() -> new CoreUse(Path.of("/nowhere/stat"))).isInstanceOf(UncheckedIOException.class);
    }

    private void cpu(long... ticks) throws IOException {
        StringBuilder line = new StringBuilder("cpu ");
        for (long each : ticks) {
            line.append(' ').append(each);
        }
        Files.writeString(stat, line + " 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
    }
}
