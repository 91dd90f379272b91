package dev.hearth.gateway.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the database lies and how much work may wait for it.
 *
 * @param folder the data folder, one gateway each
 * @param readers threads and connections that read; 1 to 64
 * @param queue pieces of work that may wait for the writer, and as many for the readers; 1 to 1,000,000
 * @param batch largest number of pieces of work in one commit; 1 to 10,000
 * @param lockPatience how long to wait for another process's lock on the file
 */
public record StoreSettings(Path folder, int readers, int queue, int batch, Duration lockPatience) {
    public StoreSettings {
        within("readers", readers, 64);
        within("queue", queue, 1_000_000);
        within("batch", batch, 10_000);
    }

    public static StoreSettings in(Path folder) {
        return new StoreSettings(folder, 2, 8_192, 256, Duration.ofSeconds(5));
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 1 to " + most);
        }
    }
}
