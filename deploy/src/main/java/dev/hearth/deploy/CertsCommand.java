package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hearth certs}: who may be a member of this head's cluster. */
@Command(
        name = "certs",
        description = "Makes tokens and certificates for the members of a cluster; on a head.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class CertsCommand implements Runnable {
    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public void run() {
        throw console.misused("say what to make or show: token, issue or show");
    }
}
