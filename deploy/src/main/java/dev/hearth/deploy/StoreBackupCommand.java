package dev.hearth.deploy;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.GatewayConfig;
import dev.hearth.gateway.secret.MasterKey;
import dev.hearth.gateway.store.Backup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hearth store backup}: a copy of the database, and what to save beside it. */
@Command(
        name = "backup",
        description = "Copies the database as it is now into a new file, while the node runs or not.",
        mixinStandardHelpOptions = true)
final class StoreBackupCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Parameters(paramLabel = "FILE", description = "The new file; it is there only when it is whole.")
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
        Bytes size = Backup.write(config.gateway().storeSettings(config.node().data()), file);
        console.print("the database is in " + file.toAbsolutePath() + " (" + size.value() + " bytes)\n");
        List<String> others = others(config);
        if (!others.isEmpty()) {
            console.note("Not in it, save it too, and elsewhere: " + String.join(", ", others) + ".");
        }
        return 0;
    }

    private static List<String> others(HearthConfig config) {
        List<String> others = new ArrayList<>();
        Path key = MasterKey.file(config.node().data());
        if (Files.exists(key)) {
            others.add(key + ", without which stored passwords cannot be read");
        }
        GatewayConfig.Tls tls = config.gateway().tls();
        tls.files().ifPresent(files -> others.add(files.certificate() + " and " + files.key()));
        return others;
    }
}
