package dev.hearth.common.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where settings come from, the first wins: flags, environment, file, default.
 *
 * @param flags {@code key=value} of the command line; of two with one key the later wins
 * @param environment the process's environment
 * @param file a YAML file with nested or dotted keys
 */
public record Sources(List<String> flags, Map<String, String> environment, Optional<Path> file) {
    public Sources {
        flags = List.copyOf(flags);
        environment = Map.copyOf(environment);
    }

    /** Only these flags. */
    public static Sources ofFlags(String... flags) {
        return new Sources(List.of(flags), Map.of(), Optional.empty());
    }

    /** What was given, by key; what is wrong with the sources themselves goes to the faults. */
    Map<String, Given> collect(Catalogue catalogue, List<String> faults) {
        SourceReader reader = new SourceReader(catalogue, faults);
        file.ifPresent(reader::file);
        reader.environment(environment);
        reader.flags(flags);
        return reader.given();
    }
}
