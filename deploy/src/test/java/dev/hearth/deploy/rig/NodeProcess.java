package dev.hearth.deploy.rig;

import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.JoinToken;
import dev.hearth.common.pki.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A node as a process of its own, standalone or a member of a cluster: a free port of loopback, a data folder and an id that no other has.
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
    private final String role;
    private final List<String> settings;
    private final Map<String, String> environment;
    private final Path folder;
    private final Api api = new Api(port);
    private Process process;

    private NodeProcess(String role, List<String> settings, Map<String, String> environment) throws IOException {
        this.role = role;
        this.settings = settings;
        this.environment = environment;
        this.folder = Files.createTempDirectory("hearth-it");
        this.process = launch();
    }

    /** Starts a node and does not wait for it. */
    public static NodeProcess launched(String... settings) {
        return launchedAs("standalone", settings);
    }

    /** Starts a node of a role and does not wait for it. */
    public static NodeProcess launchedAs(String role, String... settings) {
        return launched(role, List.of(settings), Map.of());
    }

    private static NodeProcess launched(String role, List<String> settings, Map<String, String> environment) {
        try {
            return new NodeProcess(role, settings, environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a node and waits until it takes calls; settings such as {@code stems.python3=0} come last and win. */
    public static NodeProcess start(String... settings) {
        return ready(launched(settings));
    }

    /** Starts a node with that in its environment, and waits until it takes calls. */
    public static NodeProcess startUnder(Map<String, String> environment, String... settings) {
        return ready(launched("standalone", List.of(settings), environment));
    }

    /** Starts the head of a cluster and waits until its API answers; it takes calls when a worker has joined. */
    public static NodeProcess startHead(int clusterPort, String... settings) {
        List<String> all = new ArrayList<>(List.of("cluster.port=" + clusterPort));
        all.addAll(List.of(settings));
        NodeProcess head = launchedAs("gateway", all.toArray(String[]::new));
        head.awaitAnswer();
        return head;
    }

    /** Starts one more head, which joins the cluster of this one by a token. */
    public NodeProcess startAnotherHead(int headsPort, int clusterPort, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "cluster.port=" + clusterPort,
                "cluster.join=127.0.0.1:" + headsPort,
                "cluster.token=" + token(Role.GATEWAY)));
        all.addAll(List.of(settings));
        NodeProcess head = launchedAs("gateway", all.toArray(String[]::new));
        head.awaitAnswer();
        return head;
    }

    /** Waits until the API answers, whether it takes calls or not. */
    public void awaitAnswer() {
        Eventually.eventually(START, () -> {
            if (!process.isAlive() || api.get("/health/live").status() != 200) {
                throw new AssertionError("the head does not answer" + said());
            }
        });
    }

    private String token(Role role) {
        return JoinToken.make(
                        Authority.open(data().resolve("cluster")),
                        role,
                        Instant.now().plusSeconds(600))
                .text();
    }

    /** Starts a worker of that head, with a token of the head's authority, and does not wait for it. */
    public NodeProcess launchWorker(int headsPort, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "cluster.port=" + freePorts(2),
                "cluster.join=127.0.0.1:" + headsPort,
                "cluster.token=" + token(Role.INVOKER)));
        all.addAll(List.of(settings));
        return launchedAs("invoker", all.toArray(String[]::new));
    }

    private static NodeProcess ready(NodeProcess node) {
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
        command.addAll(Distribution.options(JVM));
        command.addAll(List.of("dev.hearth.deploy.Main", role));
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
        builder.environment().putAll(environment);
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

    /** The first of so many ports of loopback in a row that nobody listens on. */
    public static int freePorts(int count) {
        for (int tries = 0; tries < 100; tries++) {
            int first = freePort();
            if (first + count < 65_536
                    && IntStream.range(first + 1, first + count).allMatch(NodeProcess::isFree)) {
                return first;
            }
        }
        throw new AssertionError("no " + count + " free ports in a row");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
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

    /** Sends a signal by name, such as STOP, which lets the process stand still, and CONT. */
    public void signal(String name) {
        Docker.lines("kill", "-" + name, Long.toString(process.pid()));
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
            delete(folder);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
