package dev.hearth.gateway.store;

import dev.hearth.common.units.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the database lies and how much work may wait for it.
 *
 * @param folder the data folder, one gateway each
 * @param readers threads and connections that read; 1 to 64
 * @param queue pieces of work that may wait for the writer, and as many for the readers; 1 to 1,000,000
 * @param batch largest number of pieces of work in one commit; 1 to 10,000
 * @param patience how long to wait for another process's lock on the file, or for a server that does not answer
 * @param startCheck size up to which a file is looked through for damage before it is used
 * @param server PostgreSQL; empty for SQLite in the folder
 * @param head name of the head that works on it, which no other has
 */
public record StoreSettings(
        Path folder,
        int readers,
        int queue,
        int batch,
        Duration patience,
        Bytes startCheck,
        Optional<PostgresServer> server,
        String head) {
    /** The name of a head that is in no cluster. */
    public static final String ALONE = "standalone";

    private static final Bytes START_CHECK = Bytes.ofMiB(256);

    public StoreSettings {
        within("readers", readers, 64);
        within("queue", queue, 1_000_000);
        within("batch", batch, 10_000);
    }

    /** For a head that is in no cluster. */
    public StoreSettings(
            Path folder,
            int readers,
            int queue,
            int batch,
            Duration patience,
            Bytes startCheck,
            Optional<PostgresServer> server) {
        this(folder, readers, queue, batch, patience, startCheck, server, ALONE);
    }

    /** SQLite in the folder, with the bounds given. */
    public StoreSettings(Path folder, int readers, int queue, int batch, Duration patience) {
        this(folder, readers, queue, batch, patience, START_CHECK, Optional.empty());
    }

    public static StoreSettings in(Path folder) {
        return new StoreSettings(folder, 2, 8_192, 256, Duration.ofSeconds(5));
    }

    /** The same on this server. */
    public StoreSettings on(PostgresServer postgres) {
        return new StoreSettings(folder, readers, queue, batch, patience, startCheck, Optional.of(postgres), head);
    }

    /** The same for the head of that name. */
    public StoreSettings as(String name) {
        return new StoreSettings(folder, readers, queue, batch, patience, startCheck, server, name);
    }

    /** Whose rows those are that this head accepts: in a file of its own there is no other. */
    String owner() {
        return server.isPresent() ? head : "";
    }

    Dialect dialect() {
        return server.<Dialect>map(postgres -> new PostgresDialect(postgres, patience))
                .orElseGet(() -> new SqliteDialect(this));
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 1 to " + most);
        }
    }
}
