package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A wall clock of some processes that a test moves, by libfaketime; what they measure time with stays as it is. */
public final class MovedClock {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

    private final Path file;

    /**
     * One that is right.
     *
     * @param folder for the file that tells those processes how far the clock is off
     */
    public MovedClock(Path folder) {
        file = folder.resolve("clock");
        move(Duration.ZERO);
    }

    /** What a process must be started with. */
    public Map<String, String> environment() {
        Path library = LIBRARIES.stream()
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "libfaketime is not installed: run deploy/test.sh, which sets up all that these tests need"));
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }

    /** Sets it off by so much from the true time, at once. */
    public void move(Duration off) {
        try {
            Path next = Files.writeString(file.resolveSibling("clock.next"), "%+d%n".formatted(off.toSeconds()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
