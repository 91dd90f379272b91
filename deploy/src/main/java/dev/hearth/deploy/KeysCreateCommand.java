package dev.hearth.deploy;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.auth.NewKey;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hearth keys create}: prints a new key, and nothing else, to the output. */
@Command(
        name = "create",
        description = "Makes a key and prints it; it is shown only this once. Keep it out of shell histories.",
        mixinStandardHelpOptions = true)
final class KeysCreateCommand implements SettingsCommand {
    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Parameters(paramLabel = "NAME", description = "What you know the key by, such as ci or anna.laptop.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "admin",
            description = "admin: everything; invoke: call functions and read the records of calls;"
                    + " metrics: read /metrics. Default: admin.")
    @SuppressWarnings("NullAway.Init")
    private String role;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = FunctionName.DEFAULT_NAMESPACE,
            description = "Where the holder's functions are. Default, and the only one so far: default.")
    @SuppressWarnings("NullAway.Init")
    private String namespace;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            description = "Life of the key, such as 90d. Default: for ever.")
    private @Nullable String expires;

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        NewKey asked = NewKey.of(name, role, namespace, lifetime());
        String key = KeyAccess.create(HearthConfig.load(settings.sources()), asked);
        console.print(key);
        console.note("This is the key " + name + " (" + role + "). It is shown only now. From the first key on every"
                + " request needs one: curl -H 'Authorization: Bearer KEY' ...");
        return 0;
    }

    private Optional<Duration> lifetime() {
        try {
            return Optional.ofNullable(expires).map(Durations::parse);
        } catch (IllegalArgumentException wrong) {
            throw console.misused("--expires: " + wrong.getMessage(), wrong);
        }
    }
}
