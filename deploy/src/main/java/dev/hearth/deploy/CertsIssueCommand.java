package dev.hearth.deploy;

import dev.hearth.common.cluster.ClusterConfig;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.PkiFault;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hearth certs issue}: certificate and key of a member, to be copied to it. */
@Command(
        name = "issue",
        description = "Makes key and certificate of a member in a folder, to be copied to it as its cluster.certs.",
        mixinStandardHelpOptions = true)
final class CertsIssueCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Parameters(paramLabel = "NODE", description = "Id of the node (its node.id, or what invoker.id is set to there).")
    @SuppressWarnings("NullAway.Init")
    private String node;

    @Option(names = "--to", paramLabel = "FOLDER", required = true, description = "Folder that it is written to.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "invoker",
            description = "invoker or gateway. Default: ${DEFAULT-VALUE}.")
    private String role = "invoker";

    @Option(names = "--host", paramLabel = "HOST", description = "An address or name of it. Can be repeated.")
    private List<String> hosts = new ArrayList<>();

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        Role member =
                Role.named(role).orElseThrow(() -> console.misused("--role: '" + role + "' is not invoker or gateway"));
        ClusterConfig cluster = HearthConfig.load(settings.sources()).cluster();
        if (!Authority.isIn(cluster.folder())) {
            throw new BootException("there is no authority in " + cluster.folder()
                    + ": start the head once (hearth gateway), or run this where it has run");
        }
        try {
            Identity identity =
                    Authority.open(cluster.folder()).issue(new Subject(node, member, hosts), folder, Instant.now());
            console.print("certificate and key of " + node + " (" + member + ") are in " + folder + ", good until "
                    + identity.certificate().getNotAfter().toInstant() + "\n");
            return 0;
        } catch (PkiFault fault) {
            throw new BootException(String.valueOf(fault.getMessage()), fault);
        }
    }
}
