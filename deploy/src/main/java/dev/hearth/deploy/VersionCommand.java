package dev.hearth.deploy;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hearth version}. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public Integer call() {
        console.print(Version.text() + System.lineSeparator());
        return 0;
    }
}
