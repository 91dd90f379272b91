package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/** Brings the tables to the version that this program needs. */
final class Schema {
    private Schema() {}

    static void migrate(Dialect dialect) {
        try {
            Flyway flyway = flyway(dialect.patientSource(), dialect);
            newer(flyway).ifPresent(version -> {
                throw unavailable("the database was written by a newer Hearth (schema " + version
                        + "): start that version, or put back the backup from before the upgrade");
            });
            flyway.migrate();
        } catch (FlywayException failure) {
            throw isOfTheDatabase(failure)
                    ? StoreFault.of(failure, dialect)
                    : unavailable("the tables in " + dialect.place() + " cannot be brought to this version: "
                            + failure.getMessage());
        }
    }

    /** How the tables of a database stand to this program, which only looks. */
    static State state(DataSource source, Dialect dialect) {
        Flyway flyway = flyway(source, dialect);
        String version = Optional.ofNullable(flyway.info().current())
                .map(current -> String.valueOf(current.getVersion()))
                .orElse("");
        return new State(version, newer(flyway).isPresent(), flyway.info().pending().length > 0);
    }

    /**
     * Version of some tables.
     *
     * @param version empty when there are none
     * @param newer whether a newer program has made them
     * @param older whether the next start will upgrade them
     */
    record State(String version, boolean newer, boolean older) {}

    private static Flyway flyway(DataSource source, Dialect dialect) {
        return Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .placeholders(dialect.words())
                .load();
    }

    private static Optional<String> newer(Flyway flyway) {
        return Arrays.stream(flyway.info().all())
                .filter(migration -> migration.getState().isApplied()
                        && !migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .map(String::valueOf)
                .findFirst();
    }

    private static boolean isOfTheDatabase(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(SQLException.class::isInstance);
    }

    private static HearthException unavailable(String sentence) {
        return new HearthException(ErrorCode.STORE_UNAVAILABLE, sentence);
    }
}
