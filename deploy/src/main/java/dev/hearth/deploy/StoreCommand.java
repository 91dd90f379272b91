package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hearth store}: the database of this machine's head node. */
@Command(
        name = "store",
        description = "Looks through the database of a node, copies it, and puts a copy back.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class StoreCommand implements Runnable {
    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public void run() {
        throw console.misused("say what to do with the database: check, backup or restore");
    }
}
