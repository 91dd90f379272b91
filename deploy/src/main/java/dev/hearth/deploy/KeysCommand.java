package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hearth keys}: the API keys of this machine's node, whether it runs or not. */
@Command(
        name = "keys",
        description = "Makes, lists and deletes API keys, of a node that runs or of one that is stopped.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Runnable {
    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public void run() {
        throw console.misused("say what to do with the keys: create, list or delete");
    }
}
