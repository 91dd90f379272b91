package dev.hearth.deploy.rig;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program whose processes are tested: the jars that users run, with a start-up cache as they have it, so that a node starts
 * in half the time; or the class path of the tests where nothing is packaged.
 */
final class Distribution {
    private static final Duration TRAINING = Duration.ofMinutes(2);
    private static @Nullable List<String> options;

    private Distribution() {}

    /** What of the command of a Java process depends on where the program lies; made by the first who asks. */
    static synchronized List<String> options(List<String> jvm) {
        List<String> found = options;
        if (found == null) {
            found = find(jvm);
            options = found;
        }
        return found;
    }

    private static List<String> find(List<String> jvm) {
        String folder = System.getProperty("hearth.distribution", "");
        if (folder.isEmpty()) {
            return List.of("-cp", System.getProperty("java.class.path"));
        }
        try {
            List<Path> jars = jars(Path.of(folder, "lib"));
            String classPath = jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            Path cache = Path.of(folder).resolveSibling("test-start.aot");
            if (!isNewer(cache, jars)) {
                Files.deleteIfExists(cache);
                train(jvm, classPath, cache);
            }
            return Files.exists(cache)
                    ? List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=error:stderr", "-cp", classPath)
                    : List.of("-cp", classPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isNewer(Path cache, List<Path> jars) throws IOException {
        if (!Files.exists(cache)) {
            return false;
        }
        for (Path jar : jars) {
            if (Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(cache)) > 0) {
                return false;
            }
        }
        return true;
    }

    /** A node that starts once and stops leaves the cache; without it nodes only start slower. */
    private static void train(List<String> jvm, String classPath, Path cache) throws IOException {
        Path data = Files.createTempDirectory("hearth-train");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(
                List.of("-XX:AOTCacheOutput=" + cache, "-cp", classPath, "dev.hearth.deploy.Main", "standalone"));
        for (String setting :
                List.of("data=" + data, "gateway.port=0", "invoker.bridge=" + NodeProcess.bridge(), "stems.most=0")) {
            command.addAll(List.of("--set", setting));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("HEARTH_") || name.equals("JAVA_TOOL_OPTIONS"));
        Process process = builder.start();
        CompletableFuture<Process> ended = process.onExit()
                .orTimeout(TRAINING.toSeconds(), TimeUnit.SECONDS)
                .whenComplete((done, late) -> process.destroyForcibly());
        try (BufferedReader said = process.inputReader()) {
            String line = said.readLine();
            while (line != null) {
                if (line.contains("node_condition ready=true")) {
                    // The process itself would close what it says, and with that the pipe that it writes to.
                    process.toHandle().destroy();
                }
                line = said.readLine();
            }
        }
        ended.join();
        NodeProcess.delete(data);
    }
}
