package dev.hearth.deploy.rig;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL server of a test's own, in a container at a port of loopback. */
public final class PostgresProcess implements AutoCloseable {
    /** As the tests of the store have it: deploy/test.sh provides it. */
    private static final String IMAGE = "hearth/postgres:latest";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "postgres";
    private static final String PASSWORD = "hearth";

    private final String url;
    private final String container;

    private PostgresProcess() {
        int port = NodeProcess.freePort();
        url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        container = Docker.lines(
                        "docker",
                        "run",
                        "-d",
                        "--label=hearth.test=postgres",
                        "--env=POSTGRES_PASSWORD=" + PASSWORD,
                        "--publish=127.0.0.1:" + port + ":5432",
                        IMAGE)
                .getFirst();
    }

    /** Starts one and waits until it takes connections. */
    public static PostgresProcess start() {
        PostgresProcess started = new PostgresProcess();
        try {
            Eventually.eventually(PATIENCE, started::connect);
            return started;
        } catch (Throwable failed) {
            started.close();
            throw failed;
        }
    }

    private void connect() throws SQLException {
        DriverManager.getConnection(url + "?loginTimeout=2&socketTimeout=10", USER, PASSWORD)
                .close();
    }

    /** The settings of a head that works on it. */
    public List<String> settings() {
        return List.of("store.url=" + url, "store.user=" + USER, "store.password=" + PASSWORD);
    }

    @Override
    public void close() {
        Docker.lines("docker", "rm", "-f", "-v", container);
    }
}
