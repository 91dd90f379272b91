package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Looks through a database for what cannot be right, beside a node that uses it or without one; changes nothing, blocks. */
public final class StoreCheck {
    private static final int SHOWN = 20;
    private static final String BACKUP = "stop the node and put a backup in its place: hearth store restore FILE";

    private final Dialect dialect;
    private final List<Finding> findings = new ArrayList<>();

    private StoreCheck(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * One thing that is wrong.
     *
     * @param what a sentence without its stop
     * @param advice what to do
     */
    public record Finding(String what, String advice) {}

    /**
     * What came out.
     *
     * @param place the file, or server and database
     * @param version of the tables; empty when there are none
     * @param findings empty when all is well
     */
    public record Report(String place, String version, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Looks.
     *
     * @throws HearthException NOT_FOUND when there is no database, STORE_UNAVAILABLE when none answers
     */
    public static Report of(StoreSettings settings) {
        Dialect dialect = settings.dialect();
        Path file = settings.folder().resolve(SqliteDialect.FILE);
        boolean ofFile = settings.server().isEmpty();
        if (ofFile && !Files.exists(file)) {
            throw new HearthException(ErrorCode.NOT_FOUND, "there is no database at " + file + " yet");
        }
        return new StoreCheck(dialect).report(ofFile);
    }

    private Report report(boolean ofFile) {
        String version = "";
        try (Handle handle = Jdbi.create(dialect.patientSource()).open()) {
            if (ofFile) {
                pages(handle);
            }
            if (findings.isEmpty()) {
                Schema.State state = Schema.state(dialect.patientSource(), dialect);
                version = state.version();
                rows(handle, state);
            }
        } catch (RuntimeException failure) {
            HearthException told = StoreFault.of(failure, dialect);
            if (!ofFile || told.failure().code() != ErrorCode.STORE_UNAVAILABLE) {
                throw told;
            }
            findings.add(new Finding(told.failure().message(), BACKUP));
        }
        return new Report(dialect.place(), version, findings);
    }

    private void pages(Handle handle) {
        handle.createQuery("PRAGMA integrity_check(" + SHOWN + ")").mapTo(String.class).list().stream()
                .filter(line -> !line.equals("ok"))
                .forEach(line -> findings.add(new Finding("the file is damaged: " + line, BACKUP)));
        handle
                .createQuery("PRAGMA foreign_key_check")
                .map((row, context) -> "a row of the table " + row.getString("table") + " (rowid "
                        + row.getString("rowid") + ") refers to none of " + row.getString("parent"))
                .stream()
                .limit(SHOWN)
                .forEach(line -> findings.add(new Finding(line, BACKUP)));
    }

    private void rows(Handle handle, Schema.State state) {
        if (state.newer()) {
            findings.add(new Finding(
                    "a newer Hearth has written it (schema " + state.version() + ")",
                    "start that version, or put back the backup from before the upgrade"));
        } else if (!state.older()) {
            Contradiction.ALL.forEach(one -> contradictions(handle, one));
            CodeDigests.wrong(handle)
                    .forEach(code -> findings.add(new Finding(
                            "the code " + code + " is not what was registered",
                            "register its function again, or put a backup in the database's place")));
        }
    }

    private void contradictions(Handle handle, Contradiction one) {
        handle.createQuery(one.rows() + " LIMIT " + SHOWN)
                .mapTo(String.class)
                .forEach(row -> findings.add(new Finding(one.sentence().formatted(row), one.advice())));
    }

    /** Empty for SQLite; else how the copy of a PostgreSQL database is made and put back, which is not our work. */
    static Optional<String> elsewhere(StoreSettings settings) {
        return settings.server().map(server -> {
            String user = server.user().isEmpty() ? "" : " --username=" + server.user();
            String database = " --dbname='" + server.url().substring("jdbc:".length()) + "'" + user;
            return "the database is PostgreSQL at " + server.place()
                    + ", whose own tools make and put back copies: pg_dump"
                    + " --format=custom --file=hearth.dump" + database
                    + ", and with the node stopped pg_restore --clean"
                    + " --if-exists --single-transaction" + database + " hearth.dump";
        });
    }
}
