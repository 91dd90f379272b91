package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL: of each head one session writes, under an advisory lock on the head's name, and each commit is on the server's
 * disk before it returns.
 */
final class PostgresDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDialect.class);

    /** Of all advisory locks ours; the other half of its name is the schema's, so that one database may hold several clusters. */
    private static final int LOCK = 0x48656172;

    /** Classes of SQLSTATE that only a wrong statement or a wrong value can cause. */
    private static final Set<String> OURS = Set.of("0A", "20", "21", "22", "23", "24", "25", "2D", "2F", "34", "42");

    /** And single ones of those classes that are the server's affair: read-only, and rights that we lack. */
    private static final Set<String> THEIRS = Set.of("25006", "42501");

    private final PostgresServer server;
    private final Duration patience;
    private final PostgresLocks locks = new PostgresLocks(LOCK);

    /** The session that was claimed last, by this process. */
    private String claimed = "";

    PostgresDialect(PostgresServer server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    @Override
    public DataSource dataSource() {
        return source(server.answerTimeout());
    }

    @Override
    public DataSource patientSource() {
        return source(Duration.ZERO);
    }

    private PGSimpleDataSource source(Duration answer) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.url());
        if (!server.user().isEmpty()) {
            source.setUser(server.user());
        }
        if (!server.password().isEmpty()) {
            source.setPassword(server.password());
        }
        source.setApplicationName("hearth");
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(seconds(patience));
        source.setLoginTimeout(seconds(patience.multipliedBy(2)));
        source.setSocketTimeout(answer.isZero() ? 0 : seconds(answer));
        return source;
    }

    private static int seconds(Duration duration) {
        return Math.toIntExact(Math.max(1, duration.toSeconds()));
    }

    @Override
    public Map<String, String> words() {
        return Map.of("bytes", "BYTEA");
    }

    @Override
    public String place() {
        return server.place();
    }

    @Override
    public void examine(Handle handle) {
        String encoding = setting(handle, "server_encoding");
        if (!encoding.equals("UTF8")) {
            throw unavailable("the database " + place() + " has the encoding " + encoding
                    + ": make one with CREATE DATABASE hearth TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        }
        if (setting(handle, "fsync").equals("off")) {
            LOG.warn("event=store_not_durable place={} setting=fsync value=off", place());
        }
    }

    @Override
    public void claim(Handle handle, String head) {
        // A version that knows of no other heads takes it for itself alone.
        boolean open = handle.createQuery("SELECT pg_try_advisory_lock_shared(:lock, hashtext(current_schema()))")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
        if (!open) {
            throw unavailable("another gateway works on the database " + place()
                    + " and shares it with nobody, as older versions do: stop it");
        }
        if (!locks.hold(handle, head)) {
            // The server may not have noticed that the connection before this one is gone, as when a network was cut.
            locks.end(handle, claimed);
            throw unavailable("another gateway works on the database " + place() + " under the name " + head
                    + ": stop it, or make both heads of one cluster, each with a name of its own (invoker.id)");
        }
        claimed = locks.session(handle);
        if (setting(handle, "synchronous_commit").equals("off")) {
            handle.execute("SET synchronous_commit = on");
        }
    }

    @Override
    public Optional<HeadLocks> others() {
        return Optional.of(locks);
    }

    @Override
    public String mark(Handle handle) {
        return handle.createQuery("SELECT coalesce(CAST(pg_current_xact_id_if_assigned() AS text), '')")
                .mapTo(String.class)
                .one();
    }

    /** The server has ended the session of before when this one has its lock, so nothing is under way any more. */
    @Override
    public boolean committed(Handle handle, String mark) {
        String status = handle.createQuery("SELECT coalesce(pg_xact_status(CAST(:mark AS xid8)), '')")
                .bind("mark", mark)
                .mapTo(String.class)
                .one();
        return status.equals("committed");
    }

    private static String setting(Handle handle, String name) {
        return handle.createQuery("SELECT current_setting(:name)")
                .bind("name", name)
                .mapTo(String.class)
                .one();
    }

    @Override
    public boolean lost(Throwable failure) {
        return state(failure)
                .filter(state -> state.startsWith("08") || state.startsWith("57P0"))
                .isPresent();
    }

    /** A deadlock, or a row that another transaction changed first. */
    @Override
    public boolean collided(Throwable failure) {
        return state(failure).filter(state -> state.startsWith("40")).isPresent();
    }

    @Override
    public Optional<HearthException> trouble(Throwable failure) {
        return sql(failure).filter(sql -> !ours(sql)).map(sql -> unavailable(sentence(sql)));
    }

    private static boolean ours(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && state.length() == 5 && !THEIRS.contains(state) && OURS.contains(state.substring(0, 2));
    }

    private String sentence(SQLException failure) {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        return switch (state) {
            case "53100" -> "no room is left on the disk of the database " + place() + ": free some, then try again";
            case "53300" ->
                "the database " + place()
                        + " takes no more connections: raise its max_connections, or lower store.readers";
            case "28P01", "28000" ->
                "the database " + place() + " does not let us in (" + words(failure)
                        + "): check store.user and store.password, and the server's pg_hba.conf";
            case "3D000" ->
                "there is no database " + place()
                        + ": make it with CREATE DATABASE hearth TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'";
            case "42501" -> "the database " + place() + " does not let us do that: " + words(failure);
            case "25006" ->
                "the database " + place() + " is read-only, as a standby is: let store.url name the primary";
            case "XX001", "XX002" ->
                "the database " + place() + " is damaged (" + words(failure) + "): put a backup in its place";
            default ->
                state.startsWith("08") || state.startsWith("57P0")
                        ? "the database " + place() + " does not answer (" + words(failure)
                                + "): see that it runs and can be reached"
                        : "the database " + place() + " failed: " + words(failure);
        };
    }

    /** What the server says, on one line. */
    private static String words(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static Optional<String> state(Throwable failure) {
        return sql(failure).flatMap(sql -> Optional.ofNullable(sql.getSQLState()));
    }

    private static Optional<SQLException> sql(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    private static HearthException unavailable(String sentence) {
        return new HearthException(ErrorCode.STORE_UNAVAILABLE, sentence);
    }
}
