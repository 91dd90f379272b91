package dev.hearth.deploy;

import dev.hearth.common.cluster.ClusterConfig;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.JoinToken;
import dev.hearth.common.pki.Role;
import dev.hearth.common.units.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hearth certs token}: prints a join token, and nothing else, to the output. */
@Command(
        name = "token",
        description = "Prints a token by which nodes join this head's cluster until it expires.",
        mixinStandardHelpOptions = true)
final class CertsTokenCommand implements SettingsCommand {
    private static final Duration LONGEST = Duration.ofDays(30);

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "Life of the token, at most 30d. Default: ${DEFAULT-VALUE}.")
    private String expires = "1h";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "invoker",
            description = "What may join by it: invoker or gateway. Default: ${DEFAULT-VALUE}.")
    private String role = "invoker";

    @Mixin
    private final CommandConsole console = new CommandConsole();

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    @Override
    public Integer call() {
        Duration life = life();
        Role joins =
                Role.named(role).orElseThrow(() -> console.misused("--role: '" + role + "' is not invoker or gateway"));
        ClusterConfig cluster = HearthConfig.load(settings.sources()).cluster();
        if (!Authority.isIn(cluster.folder())) {
            throw new BootException("there is no authority in " + cluster.folder()
                    + ": start the head once (hearth gateway), or run this where it has run");
        }
        JoinToken token = JoinToken.make(
                Authority.open(cluster.folder()), joins, Instant.now().plus(life));
        console.print(token.text() + "\n");
        String host =
                Optional.of(cluster.host()).filter(given -> !given.isEmpty()).orElse("HOST");
        console.note("Good until " + token.expires() + ". On the other machine: hearth " + joins + " --join " + host
                + (cluster.port() == ClusterConfig.PORT ? "" : ":" + cluster.port()) + " --token TOKEN");
        return 0;
    }

    private Duration life() {
        Duration life;
        try {
            life = Durations.parse(expires);
        } catch (IllegalArgumentException wrong) {
            throw console.misused("--expires: " + wrong.getMessage(), wrong);
        }
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST) > 0) {
            throw console.misused("--expires: a token lives longer than no time and at most 30d, not " + expires);
        }
        return life;
    }
}
