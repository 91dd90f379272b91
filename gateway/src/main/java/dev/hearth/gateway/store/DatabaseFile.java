package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteDataSource;

/** Says whether a file is a database that a node can start with. */
final class DatabaseFile {
    private DatabaseFile() {}

    /**
     * Looks through all of it.
     *
     * @throws HearthException CONFLICT when it is damaged, of something else, or of a newer Hearth
     */
    static void check(Path file, StoreSettings settings) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        String found = fault(source);
        if (!found.equals("ok")) {
            throw refused(file + " is damaged or no database of Hearth (" + found + ")");
        }
        Schema.State state = Schema.state(source, settings.dialect());
        if (state.version().isEmpty()) {
            throw refused(file + " is no database of Hearth: it has none of its tables");
        }
        if (state.newer()) {
            throw refused(file + " was written by a newer Hearth (schema " + state.version() + "): use that version");
        }
    }

    private static String fault(SQLiteDataSource source) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA integrity_check(1)")) {
            return row.next() ? row.getString(1) : "it answers nothing";
        } catch (SQLException unreadable) {
            return String.valueOf(unreadable.getMessage());
        }
    }

    private static HearthException refused(String sentence) {
        return new HearthException(ErrorCode.CONFLICT, sentence);
    }
}
