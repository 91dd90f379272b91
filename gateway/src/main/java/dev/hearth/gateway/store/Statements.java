package dev.hearth.gateway.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.config.JdbiConfig;
import org.jspecify.annotations.Nullable;

/**
 * Statements of a connection that stay prepared from one use to the next, for the few that run thousands of times a second.
 *
 * <p>All else goes through the handle's own methods, which are shorter to read and check more. SQL here has {@code ?} for its
 * values and must be a constant of the program: what is kept is bounded by refusing more than a hundred texts. A statement
 * serves one use at a time: the rows of a query are read before the same text is used again. Kept with its connection
 * and gone with it.
 */
public final class Statements implements JdbiConfig<Statements> {
    private static final int MOST = 100;

    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** For Jdbi, which makes one for each handle. */
    public Statements() {}

    /** Makes a value of the row at which the result stands. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Runs a change; answers with the number of rows. Values are strings, numbers, byte arrays or null. */
    public static int update(Handle handle, String sql, @Nullable Object... values) throws SQLException {
        return bound(handle, sql, values).executeUpdate();
    }

    /** Runs a query and reads all its rows. */
    public static <T> List<T> query(Handle handle, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet result = bound(handle, sql, values).executeQuery()) {
            while (result.next()) {
                rows.add(row.read(result));
            }
        }
        return rows;
    }

    /** The statement itself, for batches and values of other types; it is not closed after use. */
    public static PreparedStatement prepared(Handle handle, String sql) throws SQLException {
        Map<String, PreparedStatement> kept = handle.getConfig(Statements.class).prepared;
        PreparedStatement present = kept.get(sql);
        if (present != null) {
            return present;
        }
        if (kept.size() >= MOST) {
            throw new IllegalStateException("more than " + MOST + " texts of SQL are kept prepared: is one made up?");
        }
        PreparedStatement fresh = handle.getConnection().prepareStatement(sql);
        kept.put(sql, fresh);
        return fresh;
    }

    private static PreparedStatement bound(Handle handle, String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = prepared(handle, sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** The same one: Jdbi copies what belongs to a handle for each of its statements. */
    @Override
    public Statements createCopy() {
        return this;
    }
}
