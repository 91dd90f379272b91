package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Makes a copy of the database file as it is at one moment, also beside a node that goes on writing; blocks.
 *
 * <p>{@code VACUUM INTO} reads in one transaction, which writers do not wait for and are not seen by; the engine's page by
 * page copy would begin anew at each of their commits. While it lasts the node's write-ahead log cannot be shortened.
 */
public final class Backup {
    private Backup() {}

    /**
     * Writes the copy; what stands under the name afterwards is whole, for its owner alone, and on disk.
     *
     * @return its size
     * @throws HearthException NOT_FOUND without a database, CONFLICT when the file is there already, NOT_SUPPORTED with the
     *     commands to use for PostgreSQL, STORE_UNAVAILABLE when it cannot be written
     */
    public static Bytes write(StoreSettings settings, Path target) {
        StoreCheck.elsewhere(settings).ifPresent(commands -> {
            throw new HearthException(ErrorCode.NOT_SUPPORTED, commands);
        });
        Path source = settings.folder().resolve(SqliteDialect.FILE);
        if (!Files.exists(source)) {
            throw new HearthException(ErrorCode.NOT_FOUND, "there is no database at " + source + " yet");
        }
        Path file = target.toAbsolutePath();
        if (Files.exists(file)) {
            throw new HearthException(ErrorCode.CONFLICT, file + " is there already: give another name");
        }
        return write(settings, file, file.resolveSibling(file.getFileName() + ".part"));
    }

    private static Bytes write(StoreSettings settings, Path file, Path part) {
        try {
            try {
                DurableFiles.createAnew(part);
                vacuum(settings, part);
                DatabaseFile.check(part, settings);
                DurableFiles.publish(part, file);
            } finally {
                Files.deleteIfExists(part);
            }
            return new Bytes(Files.size(file));
        } catch (IOException | SQLException failure) {
            throw new HearthException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "the backup could not be written to " + file + ": " + failure.getMessage());
        }
    }

    private static void vacuum(StoreSettings settings, Path part) throws SQLException {
        try (Connection connection = settings.dialect().dataSource().getConnection();
                PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, part.toString());
            vacuum.execute();
        }
    }
}
