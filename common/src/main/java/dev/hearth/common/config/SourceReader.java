package dev.hearth.common.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lays the sources over each other, the weakest first. */
final class SourceReader {
    private static final String FLAG = "command line";
    private final Catalogue catalogue;
    private final List<String> faults;
    private final Map<String, Given> given = new HashMap<>();

    SourceReader(Catalogue catalogue, List<String> faults) {
        this.catalogue = catalogue;
        this.faults = faults;
    }

    Map<String, Given> given() {
        return Map.copyOf(given);
    }

    void file(Path path) {
        YamlFile.read(path, faults).forEach((key, text) -> take(key, new Given(text, path.toString())));
    }

    void environment(Map<String, String> environment) {
        Map<String, String> unknown = new TreeMap<>(environment);
        for (Setting<?> setting : catalogue.all()) {
            for (String variable : List.of(setting.alias(), setting.variable())) {
                // Compose files hand on variables that are not set as empty ones.
                String text = environment.getOrDefault(variable, "");
                if (!text.isEmpty()) {
                    given.put(setting.name(), new Given(text, variable));
                }
                unknown.remove(variable);
            }
        }
        unknown.keySet().stream()
                .filter(catalogue::claims)
                .forEach(variable -> faults.add(variable
                        + " (environment): unknown setting"
                        + catalogue
                                .nearestVariable(variable)
                                .map(SourceReader::hint)
                                .orElse("")));
    }

    void flags(List<String> flags) {
        for (String flag : flags) {
            int split = flag.indexOf('=');
            if (split < 1) {
                faults.add("'" + flag + "' (" + FLAG + "): write key=value");
            } else {
                take(
                        flag.substring(0, split).strip(),
                        new Given(flag.substring(split + 1).strip(), FLAG));
            }
        }
    }

    private void take(String key, Given value) {
        if (catalogue.knows(key)) {
            given.put(key, value);
        } else {
            faults.add(key + " (" + value.source() + "): unknown setting"
                    + catalogue.nearestName(key).map(SourceReader::hint).orElse(""));
        }
    }

    private static String hint(String nearest) {
        return "; did you mean " + nearest + "?";
    }
}
