package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a backup in the place of the database while no node uses it; blocks.
 *
 * <p>The order is such that a cut at any moment leaves a database to start with: the copy is made and looked through under
 * another name, what is there now gets a second name, and only then one rename puts the copy in its place. The write-ahead
 * log of the old one must be gone by then, since the engine would play it into the new one: it is folded in, and where
 * damage prevents that, kept beside the old file.
 */
public final class Restore {
    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

    private final StoreSettings settings;
    private final Path place;

    private Restore(StoreSettings settings) {
        this.settings = settings;
        this.place = settings.folder().resolve(SqliteDialect.FILE);
    }

    /**
     * Puts it there.
     *
     * @return where the database of before is kept; empty when there was none
     * @throws HearthException NOT_FOUND without the file, CONFLICT when it is of no use, NOT_SUPPORTED with the commands to
     *     use for PostgreSQL, STORE_UNAVAILABLE when a node uses the folder or it cannot be written
     */
    public static Optional<Path> from(StoreSettings settings, Path backup) {
        StoreCheck.elsewhere(settings).ifPresent(commands -> {
            throw new HearthException(ErrorCode.NOT_SUPPORTED, commands);
        });
        if (!Files.isRegularFile(backup)) {
            throw new HearthException(ErrorCode.NOT_FOUND, "there is no file " + backup);
        }
        try (FolderLock _ = FolderLock.take(settings.folder())) {
            return new Restore(settings).from(backup);
        } catch (IOException failure) {
            throw new HearthException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "the backup could not be put into " + settings.folder() + ": " + failure.getMessage());
        }
    }

    private Optional<Path> from(Path backup) throws IOException {
        Path fresh = beside(place, ".new");
        try {
            DurableFiles.createAnew(fresh);
            try (OutputStream out = Files.newOutputStream(fresh, StandardOpenOption.WRITE)) {
                Files.copy(backup, out);
            }
            DatabaseFile.check(fresh, settings);
            Optional<Path> kept = keep();
            DurableFiles.publish(fresh, place);
            return kept;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Optional<Path> keep() throws IOException {
        Path log = beside(place, "-wal");
        if (!Files.exists(place)) {
            Files.deleteIfExists(log);
            return Optional.empty();
        }
        foldLog();
        String moment = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-');
        Path kept = beside(place, ".before-" + moment);
        link(place, kept);
        if (Files.exists(log)) {
            link(log, beside(kept, "-wal"));
        }
        Files.deleteIfExists(log);
        Files.deleteIfExists(beside(place, "-shm"));
        return Optional.of(kept);
    }

    private void foldLog() {
        try (Connection connection = settings.dialect().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (SQLException damaged) {
            LOG.info("event=store_log_kept file={} cause={}", place, damaged.getMessage());
        }
    }

    private static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException noLinks) {
            Files.copy(from, to);
        }
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
