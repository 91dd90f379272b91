package dev.hearth.deploy;

import dev.hearth.common.config.ConfigException;
import dev.hearth.common.error.HearthException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Tells the operator why a command failed: a sentence for what was foreseen, a stack only for faults of Hearth. */
final class FaultHandler implements IExecutionExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FaultHandler.class);

    @Override
    public int handleExecutionException(Exception fault, CommandLine command, ParseResult arguments) {
        return switch (fault) {
            case ConfigException config -> tell(command, config, ExitCode.USAGE);
            case BootException boot -> tell(command, boot, ExitCode.SOFTWARE);
            case HearthException refused -> tell(command, refused, ExitCode.SOFTWARE);
            default -> {
                LOG.error("command failed", fault);
                yield tell(command, fault, ExitCode.SOFTWARE);
            }
        };
    }

    private static int tell(CommandLine command, Exception fault, int code) {
        command.getErr().println("hearth: " + fault.getMessage());
        return code;
    }
}
