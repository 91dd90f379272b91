package dev.hearth.deploy.rig;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A dashboard of deploy/grafana, as far as tests look into it. */
public record Dashboard(String file, JsonObject json) {
    private static final Path FOLDER = Path.of("grafana");

    /** All that the repository has. */
    public static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Dashboard::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), new JsonObject(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its panels but for the rows. */
    public List<JsonObject> panels() {
        return objects(json.getJsonArray("panels")).stream()
                .filter(panel -> !"row".equals(panel.getString("type")))
                .toList();
    }

    public List<JsonObject> variables() {
        return objects(json.getJsonObject("templating").getJsonArray("list"));
    }

    /** The queries of a panel as Grafana would send them, every variable at its widest. */
    public static List<String> queries(JsonObject panel) {
        return objects(panel.getJsonArray("targets")).stream()
                .map(target -> target.getString("expr")
                        .replace("$__rate_interval", "20s")
                        .replace("$instance", ".*")
                        .replace("$function", ".*"))
                .toList();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }
}
