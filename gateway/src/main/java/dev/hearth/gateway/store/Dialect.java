package dev.hearth.gateway.store;

import dev.hearth.common.error.HearthException;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** What differs between the database engines that can hold the head node's state. */
interface Dialect {
    DataSource dataSource();

    /** The words that stand for {@code ${...}} in the migrations. */
    Map<String, String> words();

    /**
     * The database's own trouble (no room, a lock, a bad disk) as a sentence for the user; empty when the failure is no
     * such thing but a fault of ours: a broken constraint, a wrong statement, an exception of our code.
     */
    Optional<HearthException> trouble(Throwable failure);
}
