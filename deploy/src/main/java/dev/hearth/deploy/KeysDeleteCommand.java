package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hearth keys delete}. */
@Command(
        name = "delete",
        description = "Deletes a key; a running node refuses it from then on. Without any key a loopback API is open.",
        mixinStandardHelpOptions = true)
final class KeysDeleteCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Parameters(paramLabel = "ID|NAME", description = "As hearth keys list prints them.")
    @SuppressWarnings("NullAway.Init")
    private String key;

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        console.print(KeyAccess.delete(HearthConfig.load(settings.sources()), key));
        return 0;
    }
}
