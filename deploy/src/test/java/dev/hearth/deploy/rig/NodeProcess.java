package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A standalone node as a process of its own: a free port of loopback, a data folder and an id that no other has.
 *
 * <p>It can be killed and started again over the same data. Closing it leaves neither containers nor files behind.
 */
public final class NodeProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final int TAIL = 60;
    /** As in deploy/hearth. */
    private static final List<String> JVM = List.of(
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseParallelGC",
            "-Xms96m",
            "-Xmx448m",
            "-XX:MaxNewSize=64m",
            "-XX:MaxDirectMemorySize=128m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final String id = "it-" + UUID.randomUUID().toString().substring(0, 12);
    private final int port = freePort();
    private final List<String> settings;
    private final Path folder;
    private final Api api = new Api(port);
    private Process process;

    private NodeProcess(List<String> settings) throws IOException {
        this.settings = settings;
        this.folder = Files.createTempDirectory("hearth-it");
        this.process = launch();
    }

    /** Starts a node and does not wait for it. */
    public static NodeProcess launched(String... settings) {
        try {
            return new NodeProcess(List.of(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a node and waits until it takes calls; settings such as {@code stems.python3=0} come last and win. */
    public static NodeProcess start(String... settings) {
        NodeProcess node = launched(settings);
        try {
            node.awaitReady();
            return node;
        } catch (Throwable failed) {
            node.close();
            throw failed;
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.hearth.deploy.Main", "standalone"));
        Stream.of(
                        "data=" + data(),
                        "gateway.port=" + port,
                        "invoker.id=" + id,
                        "invoker.bridge=" + bridge(),
                        "invoker.memory=2GiB",
                        "invoker.scratch=1GiB",
                        // What a test counts must not depend on the calls of the tests before it.
                        "stems.most=0")
                .forEach(setting -> command.addAll(List.of("--set", setting)));
        Stream.concat(Stream.of(Images.settings()), settings.stream())
                .forEach(setting -> command.addAll(List.of("--set", setting)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        // Nothing that is set for a node of this machine may reach a test; nor may a tool's agent.
        builder.environment().keySet().removeIf(name -> name.startsWith("HEARTH_") || name.equals("JAVA_TOOL_OPTIONS"));
        return builder.start();
    }

    /** The bridge's binary. */
    public static Path bridge() {
        return Stream.of("target/hearth/bridge", "../docker/bridge/build/bridge")
                .map(path -> Path.of(path).toAbsolutePath().normalize())
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "the bridge is not built: run deploy/test.sh, which sets up all that these tests need"));
    }

    /** A port of loopback that nobody listens on. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the node is ready; fails with its last words when it ends or is too slow. */
    public void awaitReady() {
        Eventually.eventually(START, () -> {
            if (process.isAlive()) {
                Answer answer = api.get("/health/ready");
                if (answer.status() != 200) {
                    throw new AssertionError("not ready: " + answer + said());
                }
            }
        });
        if (!process.isAlive()) {
            throw new AssertionError("the node ended with " + process.exitValue() + said());
        }
    }

    private String said() {
        return ", its log ends with\n" + String.join("\n", logTail());
    }

    public Api api() {
        return api;
    }

    /** The node's id, and the value of the label {@code hearth.node} of its containers. */
    public String id() {
        return id;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** The data folder. */
    public Path data() {
        return folder.resolve("data");
    }

    private Path log() {
        return folder.resolve("node.log");
    }

    /** All that the node has printed, in all its lives. */
    public List<String> logLines() {
        try {
            return new String(Files.readAllBytes(log()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines that the node has printed. */
    public List<String> logTail() {
        List<String> lines = logLines();
        return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
    }

    /** SIGKILL; the containers stay. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM, and the exit code that follows. */
    public int terminate() {
        process.destroy();
        awaitEnd();
        return process.exitValue();
    }

    /** Waits until the process has ended by itself and tells with what. */
    public int awaitExit() {
        awaitEnd();
        return process.exitValue();
    }

    /** Waits until the process has ended by itself. */
    public void awaitEnd() {
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the node did not end within " + STOP + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Starts the process again over the same data, after {@link #kill} or {@link #terminate}, and waits for it. */
    public void restart() {
        startAgain();
        awaitReady();
    }

    /** Starts the process again and does not wait. */
    public void startAgain() {
        if (process.isAlive()) {
            throw new IllegalStateException("the node still runs");
        }
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        api.close();
        try {
            if (process.isAlive()) {
                terminate();
            }
        } finally {
            Docker.removeAll(id);
            deleteFolder();
        }
    }

    private void deleteFolder() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
