package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hearth keys list}. */
@Command(
        name = "list",
        description = "Lists the keys with role, end and last use; not the keys themselves, which are kept nowhere.",
        mixinStandardHelpOptions = true)
final class KeysListCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        console.print(KeyAccess.list(HearthConfig.load(settings.sources())));
        return 0;
    }
}
