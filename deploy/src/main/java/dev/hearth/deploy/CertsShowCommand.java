package dev.hearth.deploy;

import dev.hearth.common.cluster.ClusterConfig;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.PkiFault;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code hearth certs show}: this node's certificate; 1 when no other member would take it. */
@Command(
        name = "show",
        description = "Prints whom this node's certificate names, until when it is good, and who signed it.",
        mixinStandardHelpOptions = true)
final class CertsShowCommand implements SettingsCommand {
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
        ClusterConfig cluster = HearthConfig.load(settings.sources()).cluster();
        if (!Identity.isIn(cluster.folder())) {
            throw new BootException("there is no certificate in " + cluster.folder()
                    + ": this node has never been a member of a cluster");
        }
        try {
            Identity identity = Identity.read(cluster.folder());
            console.print("node       " + identity.node() + "\nrole       " + identity.role() + "\ngood until "
                    + identity.certificate().getNotAfter().toInstant() + "\nauthority  "
                    + identity.authority().getSubjectX500Principal().getName()
                    + (Authority.isIn(cluster.folder()) ? " (its key is here)" : "") + "\nfolder     "
                    + cluster.folder() + "\n");
            identity.requireValid(Instant.now());
            return ExitCode.OK;
        } catch (PkiFault fault) {
            throw new BootException(String.valueOf(fault.getMessage()), fault);
        }
    }
}
