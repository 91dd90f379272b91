package dev.hearth.deploy;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that only tells something needs of its command line: output, notes beside it, and refusals. */
@Command
final class CommandConsole {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Prints the result of the command as it is, and nothing else may go there. */
    void print(String text) {
        command.commandLine().getOut().print(text);
        command.commandLine().getOut().flush();
    }

    /** Tells people something that is no part of the result. */
    void note(String sentence) {
        command.commandLine().getErr().println(sentence);
    }

    /** To be thrown where the command was used wrongly. */
    ParameterException misused(String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }

    ParameterException misused(String sentence, Throwable cause) {
        return new ParameterException(command.commandLine(), sentence, cause);
    }
}
