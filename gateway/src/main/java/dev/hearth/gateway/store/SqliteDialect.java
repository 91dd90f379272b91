package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/** SQLite in a file: write-ahead log, and fsync before each commit returns. */
final class SqliteDialect implements Dialect {
    static final String FILE = "hearth.db";

    private static final int JOURNAL_BYTES = 64 << 20;
    private static final int WRITER_CACHE_KIB = 16 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDialect.class);
    private static final int PRIMARY_CODE = 0xff;

    /** What only a wrong statement or a wrong value can cause. */
    private static final Set<Integer> OURS = Set.of(
            SQLiteErrorCode.SQLITE_ERROR.code,
            SQLiteErrorCode.SQLITE_CONSTRAINT.code,
            SQLiteErrorCode.SQLITE_MISMATCH.code,
            SQLiteErrorCode.SQLITE_MISUSE.code,
            SQLiteErrorCode.SQLITE_RANGE.code,
            SQLiteErrorCode.SQLITE_TOOBIG.code);

    private final Path file;
    private final StoreSettings settings;

    SqliteDialect(StoreSettings settings) {
        this.settings = settings;
        this.file = settings.folder().resolve(FILE);
    }

    @Override
    public DataSource dataSource() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout((int) settings.patience().toMillis());
        config.enforceForeignKeys(true);
        config.setJournalSizeLimit(JOURNAL_BYTES);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    @Override
    public DataSource patientSource() {
        return dataSource();
    }

    @Override
    public Map<String, String> words() {
        return Map.of("bytes", "BLOB");
    }

    @Override
    public String place() {
        return file.toString();
    }

    /** A page that is damaged in the middle would else be found by the first call that needs it, weeks later. */
    @Override
    public void examine(Handle handle) {
        if (file.toFile().length() > settings.startCheck().value()) {
            LOG.info(
                    "event=store_not_checked file={} bytes={}",
                    file,
                    file.toFile().length());
            return;
        }
        String found =
                handle.createQuery("PRAGMA quick_check(1)").mapTo(String.class).first();
        if (!found.equals("ok")) {
            LOG.error("event=store_damaged file={} found={}", file, found);
            throw new HearthException(ErrorCode.STORE_UNAVAILABLE, damaged());
        }
    }

    /** The lock on the folder keeps others out. */
    @Override
    public void claim(Handle handle, String head) {
        handle.execute("PRAGMA cache_size = -" + WRITER_CACHE_KIB);
    }

    @Override
    public Optional<HeadLocks> others() {
        return Optional.empty();
    }

    /** The engine is a part of this process. */
    @Override
    public String mark(Handle handle) {
        return "";
    }

    @Override
    public boolean committed(Handle handle, String mark) {
        throw new IllegalStateException("no transaction has a name here");
    }

    @Override
    public boolean lost(Throwable failure) {
        return false;
    }

    @Override
    public boolean collided(Throwable failure) {
        return false;
    }

    @Override
    public Optional<HearthException> trouble(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return OURS.contains(sql.getErrorCode() & PRIMARY_CODE)
                        ? Optional.empty()
                        : Optional.of(new HearthException(ErrorCode.STORE_UNAVAILABLE, sentence(sql)));
            }
        }
        return Optional.empty();
    }

    private String sentence(SQLException failure) {
        int code = failure.getErrorCode() & PRIMARY_CODE;
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return "no room is left on the disk of " + file + ": free some, then try again";
        }
        if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return "another program holds a lock on " + file + ": end it, then try again";
        }
        if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return damaged();
        }
        if (code == SQLiteErrorCode.SQLITE_READONLY.code || code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return file + " cannot be opened for writing: check the owner and mode of it and its folder";
        }
        if (code == SQLiteErrorCode.SQLITE_IOERR.code) {
            return "the disk of " + file + " fails: " + failure.getMessage();
        }
        return "the database " + file + " failed: " + failure.getMessage();
    }

    private String damaged() {
        return file
                + " is damaged or no database of Hearth: put a backup in its place (hearth store restore), or move it"
                + " away to start empty";
    }
}
