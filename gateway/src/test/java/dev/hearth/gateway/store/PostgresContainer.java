package dev.hearth.gateway.store;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL server of a test's own, at the same port of loopback also after it was stopped and started. */
final class PostgresContainer implements AutoCloseable {
    /** A public image under this name, or one of Debian's package: deploy/test.sh provides it. */
    private static final String IMAGE = "hearth/postgres:latest";

    private static final int PORT = 5432;
    private static final String USER = "postgres";
    private static final String PASSWORD = "hearth";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port = freePort();
    private final GenericContainer<?> container;

    private PostgresContainer() {
        container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withImagePullPolicy(image -> false)
                .withEnv("POSTGRES_PASSWORD", PASSWORD)
                .withLabel("hearth.test", "postgres")
                .withExposedPorts(PORT)
                .withCreateContainerCmdModifier(
                        create -> Objects.requireNonNullElseGet(create.getHostConfig(), HostConfig::new)
                                .withPortBindings(new PortBinding(
                                        Binding.bindIpAndPort("127.0.0.1", port), new ExposedPort(PORT))))
                .waitingFor(new Answering());
    }

    /** Until connections are taken, which {@link #awaitAnswer} looks for by itself. */
    private static final class Answering extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }

    static PostgresContainer start() {
        PostgresContainer started = new PostgresContainer();
        started.container.start();
        started.awaitAnswer();
        return started;
    }

    /** Of loopback. */
    int port() {
        return port;
    }

    /** How a gateway reaches it. */
    PostgresServer server(String parameters, Duration answerTimeout) {
        return new PostgresServer(url() + parameters, USER, PASSWORD, answerTimeout);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url() + "?loginTimeout=2&socketTimeout=10", USER, PASSWORD);
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Kills the server where it stands, as a power cut would. */
    void kill() {
        DockerClientFactory.instance()
                .client()
                .killContainerCmd(container.getContainerId())
                .exec();
    }

    void startAgain() {
        DockerClientFactory.instance()
                .client()
                .startContainerCmd(container.getContainerId())
                .exec();
    }

    /** Returns when connections are taken. */
    void awaitAnswer() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException notYet) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("PostgreSQL does not answer: " + container.getLogs(), notYet);
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        container.stop();
    }
}
