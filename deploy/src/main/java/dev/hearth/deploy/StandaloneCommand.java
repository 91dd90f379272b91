package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hearth standalone}: runs until SIGTERM or SIGINT. */
@Command(name = "standalone", description = "Runs gateway and invoker in one process.", mixinStandardHelpOptions = true)
final class StandaloneCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        Node node = Standalone.start(HearthConfig.load(settings.sources()));
        node.stopOnSignal();
        node.awaitStop();
        return 0;
    }
}
