package dev.hearth.invoker.network;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs one program of this machine; blocks until it has ended. */
final class Command {
    private static final int MOST_OUTPUT = 4_096;

    /** Where systems keep the programs of root, which need not be on the path. */
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private final Duration deadline;

    /** What came of it. */
    record End(int code, String said) {}

    Command(Duration deadline) {
        this.deadline = deadline;
    }

    /** Gives it the input and fails unless it ends well. */
    void run(String input, List<String> words) throws InterruptedException {
        End end = end(input, words);
        if (end.code() != 0) {
            throw new NetworkFault(words.getFirst() + " ended with " + end.code() + ": "
                    + end.said().strip());
        }
    }

    /** All that it prints; fails unless it ends well. */
    String output(List<String> words) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(located(words)).start();
            process.getOutputStream().close();
            // Reading ends with the process, and that ends at its deadline.
            CompletableFuture<Process> end = process.onExit().orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
            CompletableFuture<Void> killed = end.handle((ended, late) -> late).thenAccept(late -> {
                if (late != null) {
                    process.destroyForcibly();
                }
            });
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            killed.join();
            if (code != 0) {
                throw new NetworkFault(words.getFirst() + " ended with " + code);
            }
            return said;
        } catch (IOException failed) {
            throw missing(failed);
        }
    }

    private static NetworkFault missing(IOException failed) {
        return new NetworkFault(
                "functions with a network need root and the programs ip, iptables and nsenter on the node: "
                        + failed.getMessage(),
                failed);
    }

    private static List<String> located(List<String> words) {
        List<String> located = new ArrayList<>(words);
        FOLDERS.stream()
                .map(folder -> Path.of(folder, words.getFirst()))
                .filter(Files::isExecutable)
                .findFirst()
                .ifPresent(program -> located.set(0, program.toString()));
        return located;
    }

    End end(String input, List<String> words) throws InterruptedException {
        try {
            // What it says is far less than a pipe holds, so that it can be read when the program has ended.
            Process process =
                    new ProcessBuilder(located(words)).redirectErrorStream(true).start();
            try {
                try (OutputStream stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                }
                if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new NetworkFault(words.getFirst() + " did not end within " + deadline.toMillis() + " ms");
                }
                byte[] said = process.getInputStream().readNBytes(MOST_OUTPUT);
                return new End(process.exitValue(), new String(said, StandardCharsets.UTF_8));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            throw missing(failed);
        }
    }
}
