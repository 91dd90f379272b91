package dev.hearth.gateway.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The PostgreSQL server of all tests of a run; a container that ends with the process. */
final class SharedPostgres {
    private static final PostgresContainer SERVER = started();

    private SharedPostgres() {}

    private static PostgresContainer started() {
        PostgresContainer server = PostgresContainer.start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
        return server;
    }

    /** A schema with a name made from the folder's; the second time it is the same one. */
    static PostgresServer schema(Path folder) {
        String name = "t" + folder.getFileName().toString().replaceAll("\\W", "");
        try (Connection connection = SERVER.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + name);
        } catch (SQLException failure) {
            throw new AssertionError("no schema could be made", failure);
        }
        return SERVER.server("?currentSchema=" + name, Duration.ofSeconds(30));
    }
}
