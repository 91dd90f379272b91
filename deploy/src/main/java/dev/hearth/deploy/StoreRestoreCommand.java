package dev.hearth.deploy;

import dev.hearth.gateway.store.Restore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hearth store restore}: a backup in the database's place; the node must be stopped. */
@Command(
        name = "restore",
        description =
                "Puts a backup in the place of the database of a node that is stopped; keeps the one that is there.",
        mixinStandardHelpOptions = true)
final class StoreRestoreCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Parameters(paramLabel = "FILE", description = "What hearth store backup has written; looked through first.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        HearthConfig config = HearthConfig.load(settings.sources());
        Path data = config.node().data();
        DataFolder held = DataFolder.holdIfFree(data)
                .orElseThrow(() -> new BootException(
                        "a node uses the data folder " + data + ": stop it first (deploy/down.sh), then restore"));
        try (DataFolder _ = held) {
            Optional<Path> kept = Restore.from(config.gateway().storeSettings(data), file);
            console.print("the database in " + data + " is now that of " + file.toAbsolutePath() + "\n");
            kept.ifPresent(old -> console.print("the one of before is kept in " + old + "\n"));
            return 0;
        } catch (IOException e) {
            throw new BootException("the data folder " + data + " was not released: " + e, e);
        }
    }
}
