package dev.hearth.deploy;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of Hearth: one command for each role, and some that only tell. */
@Command(
        name = "hearth",
        description = "A self-hosted Function-as-a-Service server on Docker.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine main = new CommandLine(new Main());
        for (Role role : Role.values()) {
            CommandLine line = add(main, role.toString(), new RoleCommand(role));
            line.getCommandSpec().usageMessage().description(RoleCommand.description(role));
        }
        add(main, "config", new ConfigCommand());
        CommandLine keys = new CommandLine(new KeysCommand());
        add(keys, "create", new KeysCreateCommand());
        add(keys, "list", new KeysListCommand());
        add(keys, "delete", new KeysDeleteCommand());
        main.addSubcommand("keys", keys);
        CommandLine store = new CommandLine(new StoreCommand());
        add(store, "check", new StoreCheckCommand());
        add(store, "backup", new StoreBackupCommand());
        add(store, "restore", new StoreRestoreCommand());
        main.addSubcommand("store", store);
        CommandLine certs = new CommandLine(new CertsCommand());
        add(certs, "token", new CertsTokenCommand());
        add(certs, "issue", new CertsIssueCommand());
        add(certs, "show", new CertsShowCommand());
        main.addSubcommand("certs", certs);
        CommandLine simulate = new CommandLine(new SimulateCommand());
        simulate.registerConverter(Bytes.class, new SizeConverter());
        simulate.registerConverter(Duration.class, new DurationConverter());
        main.addSubcommand("simulate", simulate);
        main.addSubcommand("version", new VersionCommand());
        return main.setExecutionExceptionHandler(new FaultHandler());
    }

    private static CommandLine add(CommandLine main, String name, SettingsCommand command) {
        CommandLine line = new CommandLine(command);
        command.settings().addEssential(line.getCommandSpec());
        main.addSubcommand(name, line);
        return line;
    }
}
