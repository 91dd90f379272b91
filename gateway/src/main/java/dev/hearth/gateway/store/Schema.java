package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/** Brings the tables to the version that this program needs. */
final class Schema {
    private Schema() {}

    static void migrate(DataSource source, Dialect dialect) {
        try {
            Flyway flyway = Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .placeholders(dialect.words())
                    .load();
            refuseNewer(flyway.info().all());
            flyway.migrate();
        } catch (FlywayException failure) {
            throw StoreFault.of(failure, dialect);
        }
    }

    private static void refuseNewer(MigrationInfo[] migrations) {
        Arrays.stream(migrations)
                .filter(migration -> migration.getState().isApplied()
                        && !migration.getState().isResolved())
                .findFirst()
                .ifPresent(newer -> {
                    throw new HearthException(
                            ErrorCode.STORE_UNAVAILABLE,
                            "the database was written by a newer Hearth (schema " + newer.getVersion()
                                    + "): start that version, or put back the backup from before the upgrade");
                });
    }
}
