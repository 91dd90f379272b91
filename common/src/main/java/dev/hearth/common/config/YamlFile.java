package dev.hearth.common.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a YAML file into dotted keys; nested maps, dotted keys and a mix of both say the same. */
final class YamlFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build());
    private final Path path;
    private final List<String> faults;
    private final Map<String, String> values = new LinkedHashMap<>();

    private YamlFile(Path path, List<String> faults) {
        this.path = path;
        this.faults = faults;
    }

    static Map<String, String> read(Path path, List<String> faults) {
        YamlFile file = new YamlFile(path, faults);
        file.load();
        return file.values;
    }

    private void load() {
        try {
            if (Files.size(path) > MAX_BYTES) {
                faults.add(path + ": larger than 1MiB, this is no configuration");
                return;
            }
            JsonNode root = YAML.readTree(Files.readAllBytes(path));
            if (root.isObject()) {
                walk("", root);
            } else if (!root.isMissingNode() && !root.isNull()) {
                faults.add(path + ": write 'key: value' lines");
            }
        } catch (JsonProcessingException e) {
            faults.add(path + ": not YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse("") + place(e));
        } catch (IOException e) {
            faults.add(path + ": cannot be read: " + (Files.exists(path) ? e.getMessage() : "no such file"));
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
    }

    private void walk(String prefix, JsonNode node) {
        node.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                walk(key + ".", value);
            } else if (!isEmpty(value) && values.put(key, text(key, value)) != null) {
                faults.add(key + " (" + path + "): given twice");
            }
        });
    }

    // A section whose keys are all commented out, or a key without a value: not set, as with an empty variable.
    private static boolean isEmpty(JsonNode value) {
        return value.isNull() || (value.isTextual() && value.asText().isBlank());
    }

    private String text(String key, JsonNode value) {
        if (!value.isArray()) {
            return value.asText().strip();
        }
        List<String> parts = new ArrayList<>();
        value.forEach(part -> {
            if (part.isContainerNode()) {
                faults.add(key + " (" + path + "): a list holds plain values only");
            } else {
                parts.add(part.asText());
            }
        });
        return String.join(",", parts);
    }
}
