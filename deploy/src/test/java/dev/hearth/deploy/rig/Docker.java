package dev.hearth.deploy.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The Docker Engine as its command line shows it: what containers there are, and images of tests. */
public final class Docker {
    private static final long PATIENCE_SECONDS = 300;

    private Docker() {}

    /** Ids of the running containers of a node. */
    public static List<String> running(String node) {
        return lines("docker", "ps", "-q", "--no-trunc", "--filter", "label=hearth.node=" + node);
    }

    /** Ids of the containers, running or not, whose host name is this; there is one, or none any more. */
    public static List<String> named(String node, String hostname) {
        String name = "name=^/hearth-" + node + "-" + hostname;
        return lines("docker", "ps", "-aq", "--no-trunc", "--filter", name);
    }

    /** The command lines of the processes that live in a container; none when it does not run. */
    public static List<String> processes(String container) {
        try {
            List<String> top = lines("docker", "top", container, "-o", "pid,args");
            return top.subList(1, top.size());
        } catch (AssertionError notRunning) {
            return List.of();
        }
    }

    /** Ids of all containers of a node, dead ones too. */
    public static List<String> all(String node) {
        return lines("docker", "ps", "-aq", "--no-trunc", "--filter", "label=hearth.node=" + node);
    }

    /** Removes all containers of a node. */
    public static void removeAll(String node) {
        List<String> ids = all(node);
        if (!ids.isEmpty()) {
            List<String> command = new ArrayList<>(List.of("docker", "rm", "-f"));
            command.addAll(ids);
            try {
                run(command);
            } catch (AssertionError gone) {
                // The node may be removing the same containers; what counts is that none is left.
                Eventually.eventually(Duration.ofSeconds(30), () -> {
                    if (!all(node).isEmpty()) {
                        throw gone;
                    }
                });
            }
        }
    }

    /** Builds an image of a folder with a Dockerfile; options such as {@code --build-arg=BASE=...} come before it. */
    public static void build(String tag, Path folder, String... options) {
        List<String> command =
                new ArrayList<>(List.of("docker", "build", "-q", "--force-rm", "--label", "hearth.test=1", "-t", tag));
        // What leads this machine to its package archives leads a build there too.
        Stream.of("http_proxy", "https_proxy", "no_proxy")
                .filter(variable -> System.getenv(variable) != null)
                .forEach(variable -> command.add("--build-arg=" + variable));
        command.addAll(List.of(options));
        command.add(folder.toString());
        run(command);
    }

    /** What a program prints that runs once in an image, with a folder of this machine at {@code /input}. */
    public static byte[] output(String image, Path folder, String... program) {
        List<String> command = new ArrayList<>(List.of(
                "docker",
                "run",
                "--rm",
                "--label=hearth.test=1",
                "--network=none",
                "--volume=" + folder.toAbsolutePath() + ":/input:ro",
                image));
        command.addAll(List.of(program));
        return run(command);
    }

    public static void removeImage(String tag) {
        run(List.of("docker", "rmi", "-f", tag));
    }

    /** Runs a command and returns the lines that it prints; its failure is the test's. */
    public static List<String> lines(String... command) {
        return new String(run(List.of(command)), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] run(List<String> command) {
        try {
            Path out = Files.createTempFile("hearth-it", ".out");
            Path faults = Files.createTempFile("hearth-it", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(faults.toFile())
                        .start();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " did not end");
                }
                if (process.exitValue() != 0) {
                    throw new AssertionError(
                            command + " ended with " + process.exitValue() + ": " + Files.readString(faults));
                }
                return Files.readAllBytes(out);
            } finally {
                Files.delete(out);
                Files.delete(faults);
            }
        } catch (IOException e) {
            throw new AssertionError(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
