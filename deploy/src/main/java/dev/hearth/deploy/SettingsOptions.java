package dev.hearth.deploy;

import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Sources;
import dev.hearth.common.config.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The flags by which settings are given: a file, single keys, and a flag of its own for each essential key. */
final class SettingsOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "YAML file of settings, keys nested or dotted.")
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
        List<String> flags = new ArrayList<>(assignments);
        flags.addAll(essential);
        return new Sources(flags, System.getenv(), Optional.ofNullable(file));
    }
}
