package dev.hearth.invoker.image;

import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.units.Bytes;
import java.time.Duration;

/**
 * Bounds of the code cache.
 *
 * @param disk bytes of unpacked code, and of code being fetched, that the node keeps
 * @param free bytes that must be left free on the file system; below that no code is fetched
 * @param archive what one archive may hold; its bytes are bounded by what was counted at registration besides
 * @param fetch deadline from the first piece asked for to the folder unpacked
 */
public record CodeSettings(Bytes disk, Bytes free, ArchiveLimits archive, Duration fetch) {
    public static final CodeSettings DEFAULT =
            new CodeSettings(Bytes.ofGiB(10), Bytes.ZERO, ArchiveLimits.DEFAULT, Duration.ofMinutes(2));

    public CodeSettings {
        if (fetch.toMillis() < 1) {
            throw new IllegalArgumentException("code.fetch is " + fetch + ", must be at least 1ms");
        }
    }
}
