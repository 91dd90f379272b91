package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hearth keys}: the API keys of this machine's node, whether it runs or not. */
@Command(
        name = "keys",
        description = "Makes, lists and deletes API keys, of a node that runs or of one that is stopped.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the keys: create, list or delete");
    }
}
