package dev.hearth.deploy;

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
        add(main, "standalone", new StandaloneCommand());
        add(main, "gateway", new UnsupportedCommand("gateway"));
        add(main, "invoker", new UnsupportedCommand("invoker"));
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
        main.addSubcommand("version", new VersionCommand());
        return main.setExecutionExceptionHandler(new FaultHandler());
    }

    private static void add(CommandLine main, String name, SettingsCommand command) {
        CommandLine line = new CommandLine(command);
        command.settings().addEssential(line.getCommandSpec());
        main.addSubcommand(name, line);
    }
}
