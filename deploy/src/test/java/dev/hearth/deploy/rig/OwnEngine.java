package dev.hearth.deploy.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Docker Engine of the test's own, which may be killed: its own data, socket and network namespace, so that the engine of
 * this machine notices nothing.
 *
 * <p>Needs root. Images come from this machine's engine. Closing it leaves no process, mount or file behind.
 */
public final class OwnEngine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path folder;
    private @Nullable Process process;

    /** An engine that does not run yet. */
    public OwnEngine() {
        try {
            folder = Files.createTempDirectory("hearth-dockerd");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String socket() {
        return "unix://" + folder.resolve("s");
    }

    /** The setting {@code docker.host} of a node that uses this engine. */
    public String setting() {
        return "docker.host=" + socket();
    }

    /** Starts it, for the first time or again, and waits until it answers. */
    public void start() {
        launch();
        try {
            Eventually.eventually(PATIENCE, () -> docker("version"));
        } catch (AssertionError late) {
            throw new AssertionError("the test's engine does not start:\n" + String.join("\n", logTail()), late);
        }
    }

    /** Starts it and does not wait. */
    public void launch() {
        try {
            // Of an engine that was killed; its number may be another process's by now.
            Files.deleteIfExists(folder.resolve("pid"));
            Files.deleteIfExists(folder.resolve("exec/containerd/containerd.pid"));
            process = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "dockerd",
                            "--data-root=" + folder.resolve("data"),
                            "--exec-root=" + folder.resolve("exec"),
                            "--pidfile=" + folder.resolve("pid"),
                            "--host=" + socket(),
                            "--bridge=none",
                            "--iptables=false",
                            "--ip-forward=false",
                            "--storage-driver=overlay2")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Brings an image of this machine's engine into it. */
    public void load(String image) {
        Docker.lines("sh", "-c", "docker save " + image + " | docker --host " + socket() + " load");
    }

    /** Runs the engine's command line against it and returns the lines that it prints. */
    public List<String> docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "--host", socket()));
        command.addAll(List.of(arguments));
        return Docker.lines(command.toArray(String[]::new));
    }

    /** Ids of the running containers of a node. */
    public List<String> running(String node) {
        return docker("ps", "-q", "--no-trunc", "--filter", "label=hearth.node=" + node);
    }

    /** Ids of all containers of a node, dead ones too. */
    public List<String> all(String node) {
        return docker("ps", "-aq", "--no-trunc", "--filter", "label=hearth.node=" + node);
    }

    /** SIGKILL. */
    public void kill() {
        end(Process::destroyForcibly);
    }

    /** SIGTERM; the engine stops its containers. */
    public void stop() {
        end(started -> {
            started.destroy();
            return started;
        });
    }

    private void end(java.util.function.UnaryOperator<Process> how) {
        Process started = process;
        if (started == null) {
            return;
        }
        try {
            if (!how.apply(started).waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                started.destroyForcibly();
                throw new AssertionError("the test's engine did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private List<String> logTail() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("log"));
            return lines.subList(Math.max(0, lines.size() - 40), lines.size());
        } catch (IOException e) {
            return List.of(String.valueOf(e));
        }
    }

    /** Processes whose command line names the folder: shims that a killed engine left. */
    private List<ProcessHandle> left() {
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.info()
                        .commandLine()
                        .filter(line -> line.contains(folder.toString()))
                        .isPresent())
                .toList();
    }

    @Override
    public void close() {
        try {
            if (process != null && process.isAlive()) {
                List<String> containers = docker("ps", "-aq");
                if (!containers.isEmpty()) {
                    List<String> remove = new ArrayList<>(List.of("rm", "-f"));
                    remove.addAll(containers);
                    docker(remove.toArray(String[]::new));
                }
            }
        } finally {
            stop();
            left().forEach(ProcessHandle::destroyForcibly);
            Eventually.eventually(PATIENCE, this::deleteFolder);
        }
    }

    private void deleteFolder() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts")).reversed()) {
            String at = line.split(" ", -1)[1];
            if (at.startsWith(folder + "/")) {
                Docker.lines("umount", at);
            }
        }
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
