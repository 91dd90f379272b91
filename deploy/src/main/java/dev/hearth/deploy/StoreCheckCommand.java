package dev.hearth.deploy;

import dev.hearth.gateway.store.StoreCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code hearth store check}: 0 when nothing is wrong, 1 when something is. */
@Command(
        name = "check",
        description = "Looks for damage and for rows that contradict each other, while the node runs or not; changes"
                + " nothing.",
        mixinStandardHelpOptions = true)
final class StoreCheckCommand implements SettingsCommand {
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
        HearthConfig config = HearthConfig.load(settings.sources());
        StoreCheck.Report report =
                StoreCheck.of(config.gateway().storeSettings(config.node().data()));
        if (report.findings().isEmpty()) {
            console.print(
                    "nothing is wrong with the database " + report.place() + " (schema " + report.version() + ")\n");
            return ExitCode.OK;
        }
        report.findings().forEach(finding -> console.print(finding.what() + "\n  " + finding.advice() + "\n"));
        return ExitCode.SOFTWARE;
    }
}
