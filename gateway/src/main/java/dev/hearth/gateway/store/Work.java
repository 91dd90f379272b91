package dev.hearth.gateway.store;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/**
 * A piece of blocking database work; the transaction around it is the database's affair.
 *
 * <p>It must be repeatable: when another piece of the same commit fails, or a connection breaks, what it did is undone and
 * it runs again, and the result of the last run counts. So what it changes outside the database has to be the same after
 * two runs as after one; what keeps a snapshot in memory belongs into the follow-up of
 * {@link Database#write(Work, java.util.function.Consumer)}. It must not go on after a statement has failed.
 */
@FunctionalInterface
public interface Work<T> {
    T run(Handle handle) throws SQLException;
}
