package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        String page = markdown
                ? ConfigMarkdown.page(HearthConfig.CATALOGUE)
                : ConfigText.page(HearthConfig.load(settings.sources()).effective());
        console.print(page);
        return 0;
    }
}
