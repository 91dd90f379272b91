package dev.hearth.invoker.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the engine, made at first use with the version that both sides speak.
 *
 * <p>After an outage they are dropped and made anew: the engine may be another one by then.
 */
final class EngineLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EngineLink.class);
    private final URI socket;
    private final int connections;
    private final ObjectMapper json = new ObjectMapper();
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable Live> current = new AtomicReference<>();
    private volatile boolean closed;

    /** Connections that work, as far as is known. */
    record Live(DockerHttpClient http, DockerClient client, DockerClientConfig config, ApiVersion version) {
        /** Sends a request by hand; interrupting the thread ends it, which docker-java's own streams do not allow. */
        DockerHttpClient.Response send(Request.Method method, String path) {
            return http.execute(
                    Request.builder().method(method).path("/v" + version + path).build());
        }
    }

    EngineLink(URI socket, int connections) {
        this.socket = socket;
        this.connections = connections;
    }

    /** Blocks while the version is found. */
    Live live() throws InterruptedException, IOException {
        Live known = current.get();
        if (known != null) {
            return known;
        }
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw new EngineFault(EngineFault.Kind.UNREACHABLE, "The connection to the engine was closed.");
            }
            Live made = current.get();
            if (made == null) {
                made = connect();
                current.set(made);
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    private Live connect() throws IOException {
        DockerHttpClient http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(socket)
                .maxConnections(connections)
                .connectionTimeout(Duration.ofSeconds(5))
                .build();
        try {
            ApiVersion version = negotiate(http);
            DockerClientConfig config = new DefaultDockerClientConfig.Builder()
                    .withDockerHost(socket.toString())
                    .withDockerTlsVerify(false)
                    .withApiVersion(version.toString())
                    .build();
            return new Live(http, DockerClientImpl.getInstance(config, http), config, version);
        } catch (IOException | RuntimeException failed) {
            http.close();
            throw failed;
        }
    }

    private ApiVersion negotiate(DockerHttpClient http) throws IOException {
        Request request =
                Request.builder().method(Request.Method.GET).path("/version").build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            JsonNode answer = json.readTree(response.getBody());
            ApiVersion newest = ApiVersion.parse(answer.path("ApiVersion").asText());
            ApiVersion oldest = ApiVersion.parse(answer.path("MinAPIVersion").asText("1.12"));
            ApiVersion version = ApiVersion.choose(oldest, newest);
            log.info(
                    "event=engine_connected engine={} api={} engineApi={} engineOldestApi={}",
                    answer.path("Version").asText(),
                    version,
                    newest,
                    oldest);
            return version;
        }
    }

    /** Forgets these connections, unless others took their place; never waits: whoever makes new ones may hang. */
    void drop(@Nullable Live broken) {
        if (broken != null && current.compareAndSet(broken, null)) {
            try {
                broken.http().close();
            } catch (IOException failed) {
                log.debug("event=engine_close_failed reason={}", failed.getMessage());
            }
        }
    }

    /** Whether these connections were forgotten; what fails on them then says nothing of the engine's answer. */
    boolean isDropped(@Nullable Live connections) {
        return connections != null && !connections.equals(current.get());
    }

    @Override
    public void close() {
        closed = true;
        drop(current.get());
    }
}
