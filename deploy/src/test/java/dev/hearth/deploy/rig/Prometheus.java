package dev.hearth.deploy.rig;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real Prometheus with the repository's configuration, but for the node that it scrapes and its beat of a second. */
public final class Prometheus implements AutoCloseable {
    /** Where the configuration and the rules are. */
    public static final Path CONFIGURATION = Path.of("prometheus");

    private static final Pattern COMMENTED =
            Pattern.compile("(?m)^( +)# authorization:\\n +# +credentials_file: /etc/prometheus/hearth\\.key$");
    private static final Duration START = Duration.ofMinutes(1);
    private static final long PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Process process;
    private final Api api;

    private Prometheus(int port, Path folder, Process process) {
        this.api = new Api(port);
        this.folder = folder;
        this.process = process;
    }

    /** Starts one that scrapes the node and waits until it has done so. */
    public static Prometheus scraping(NodeProcess node) {
        return scraping(node, Optional.empty());
    }

    /** The same with an API key, by the lines that the configuration has for that as a comment. */
    public static Prometheus scraping(NodeProcess node, Path key) {
        return scraping(node, Optional.of(key));
    }

    private static Prometheus scraping(NodeProcess node, Optional<Path> key) {
        int port = NodeProcess.freePort();
        try {
            Path folder = Files.createTempDirectory("hearth-prometheus");
            configure(folder, node.port(), key);
            Process process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + folder.resolve("prometheus.yml"),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            Prometheus started = new Prometheus(port, folder, process);
            started.awaitScrape();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("prometheus does not start: deploy/test.sh installs it", e);
        }
    }

    private static void configure(Path folder, int port, Optional<Path> key) throws IOException {
        for (String rules : List.of("rules.yml", "alerts.yml")) {
            Files.copy(CONFIGURATION.resolve(rules), folder.resolve(rules));
        }
        String text = Files.readString(CONFIGURATION.resolve("prometheus.yml"));
        String here = text.replace("127.0.0.1:8080", "127.0.0.1:" + port).replace("_interval: 15s", "_interval: 1s");
        String asked = key.map(file -> withKey(here, file)).orElse(here);
        Files.writeString(folder.resolve("prometheus.yml"), asked);
    }

    private static String withKey(String text, Path key) {
        String changed = COMMENTED.matcher(text).replaceAll("$1authorization:\n$1  credentials_file: " + key);
        if (!changed.contains("      credentials_file: " + key)) {
            throw new AssertionError("prometheus.yml has no commented credentials_file");
        }
        return changed;
    }

    private void awaitScrape() {
        try {
            Eventually.eventually(START, () -> {
                if (process.isAlive() && values("up == 1").isEmpty()) {
                    throw new AssertionError("the node has not been scraped");
                }
            });
            if (!process.isAlive()) {
                throw new AssertionError("prometheus ended: " + Files.readString(folder.resolve("log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values that an instant query has now; those that are not numbers do not count. */
    public List<Double> values(String query) {
        var results = read("/api/v1/query?query=" + encode(query)).getJsonArray("result");
        return IntStream.range(0, results.size())
                .mapToObj(i -> results.getJsonObject(i).getJsonArray("value").getString(1))
                .map(text -> switch (text) {
                    case "+Inf" -> Double.POSITIVE_INFINITY;
                    case "-Inf" -> Double.NEGATIVE_INFINITY;
                    default -> Double.parseDouble(text);
                })
                .filter(value -> !value.isNaN())
                .toList();
    }

    /** The values that a label of a metric has. */
    public List<String> labelValues(String metric, String label) {
        Answer answer = api.get("/api/v1/label/" + label + "/values?match[]=" + encode(metric));
        return answer.json().getJsonArray("data").stream().map(String::valueOf).toList();
    }

    /** All rules as Prometheus sees them. */
    public List<JsonObject> rules() {
        var groups = read("/api/v1/rules").getJsonArray("groups");
        List<JsonObject> rules = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            var group = groups.getJsonObject(i).getJsonArray("rules");
            IntStream.range(0, group.size()).mapToObj(group::getJsonObject).forEach(rules::add);
        }
        return rules;
    }

    private JsonObject read(String path) {
        Answer answer = api.get(path);
        if (answer.status() != 200) {
            throw new AssertionError("GET " + path + " ended with " + answer);
        }
        return answer.json().getJsonObject("data");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Runs promtool on this input; what it says when it is not content is the test's failure. */
    public static void promtool(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        try {
            Path in = Files.createTempFile("hearth-promtool", ".in");
            Path out = Files.createTempFile("hearth-promtool", ".out");
            try {
                Files.writeString(in, input);
                Process process = new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
                boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (!ended || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " is not content: " + Files.readString(out));
                }
            } finally {
                Files.delete(in);
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("promtool does not start: deploy/test.sh installs it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        api.close();
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
