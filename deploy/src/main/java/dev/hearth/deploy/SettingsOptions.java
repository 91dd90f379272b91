package dev.hearth.deploy;

import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Sources;
import dev.hearth.common.config.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The flags by which settings are given: a file, single keys, and a flag of its own for each essential key. */
final class SettingsOptions {
    private static final String FILE_VARIABLE = "HEARTH_CONFIG";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file of settings, keys nested or dotted. Also set by HEARTH_CONFIG.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key, before environment and file; 'hearth config' lists all keys. Can be repeated.")
    private List<String> assignments = new ArrayList<>();

    private final List<String> essential = new ArrayList<>();

    void addEssential(CommandSpec command) {
        HearthConfig.CATALOGUE.all().stream()
                .filter(setting -> setting.tier() == Tier.ESSENTIAL)
                .forEach(setting -> command.addOption(option(setting)));
    }

    private OptionSpec option(Setting<?> setting) {
        return OptionSpec.builder("--" + setting.name())
                .type(String.class)
                .paramLabel(setting.kind().name().toUpperCase(Locale.ROOT))
                .description(setting.meaning() + " Default: "
                        + setting.fallbackText().replace("%", "%%") + ".")
                .setter(OptionAssignment.to(setting.name(), essential))
                .build();
    }

    Sources sources() {
        return sources(List.of());
    }

    /** With what a command has flags of its own for. */
    Sources sources(List<String> more) {
        List<String> flags = new ArrayList<>(assignments);
        flags.addAll(essential);
        flags.addAll(more);
        return new Sources(flags, System.getenv(), file());
    }

    private Optional<Path> file() {
        return Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(System.getenv(FILE_VARIABLE))
                        .filter(Predicate.not(String::isEmpty))
                        .map(Path::of));
    }
}
