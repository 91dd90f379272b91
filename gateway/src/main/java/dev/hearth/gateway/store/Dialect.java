package dev.hearth.gateway.store;

import dev.hearth.common.error.HearthException;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/** What differs between the database engines that can hold the head node's state. */
interface Dialect {
    DataSource dataSource();

    /** The same for statements that may take long: migrations. */
    DataSource patientSource();

    /** The words that stand for {@code ${...}} in the migrations. */
    Map<String, String> words();

    /** The file, or server and database, for messages. */
    String place();

    /**
     * Looks at the database before it is used for the first time.
     *
     * @throws HearthException STORE_UNAVAILABLE when it must not be used
     */
    void examine(Handle handle);

    /**
     * Makes a connection the one that writes as that head, and keeps other processes from doing the same as long as it
     * lives.
     *
     * @throws HearthException STORE_UNAVAILABLE when another one has it
     */
    void claim(Handle handle, String head);

    /** The locks of other heads; none where there is one head alone. */
    Optional<HeadLocks> others();

    /** A name of the transaction under way by which {@link #committed} knows it; empty where an answer cannot be lost. */
    String mark(Handle handle);

    /** On a claimed connection: whether the transaction of that name, begun on an earlier one, was committed. */
    boolean committed(Handle handle, String mark);

    /** Whether this is the end of the connection on which it happened, so that only a new one can help. */
    boolean lost(Throwable failure);

    /** Whether two transactions stood in each other's way, so that doing this one again helps. */
    boolean collided(Throwable failure);

    /**
     * The database's own trouble (no room, a lock, a bad disk) as a sentence for the user; empty when the failure is no
     * such thing but a fault of ours: a broken constraint, a wrong statement, an exception of our code.
     */
    Optional<HearthException> trouble(Throwable failure);
}
