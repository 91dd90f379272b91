package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hearth config}: every setting with its value here and where that comes from. */
@Command(
        name = "config",
        description = "Prints every setting, its meaning and range, its value here and where that comes from.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--markdown",
            description = "Prints the reference page instead: defaults, no values of this machine.")
    private boolean markdown;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        String page = markdown
                ? ConfigMarkdown.page(HearthConfig.CATALOGUE)
                : ConfigText.page(HearthConfig.load(settings.sources()).effective());
        spec.commandLine().getOut().print(page);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
