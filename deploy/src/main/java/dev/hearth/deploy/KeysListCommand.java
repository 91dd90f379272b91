package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hearth keys list}. */
@Command(
        name = "list",
        description = "Lists the keys with role, end and last use; not the keys themselves, which are kept nowhere.",
        mixinStandardHelpOptions = true)
final class KeysListCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(KeyAccess.list(HearthConfig.load(settings.sources())));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
