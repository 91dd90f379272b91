package dev.hearth.deploy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hearth standalone}, {@code gateway}, {@code invoker}: runs until SIGTERM or SIGINT. */
@Command(mixinStandardHelpOptions = true)
final class RoleCommand implements SettingsCommand {
    private final Role role;

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Option(
            names = "--join",
            paramLabel = "HOST",
            description = "A head by which this node finds its cluster: HOST or HOST:PORT. As cluster.join.")
    private List<String> join = new ArrayList<>();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "What 'hearth certs token' printed on a head; needed once. As cluster.token.")
    private @Nullable String token;

    RoleCommand(Role role) {
        this.role = role;
    }

    @Override
    public SettingsOptions settings() {
        return settings;
    }

    /** What the role is, for the help of the command line. */
    static String description(Role role) {
        return switch (role) {
            case STANDALONE -> "Runs gateway and invoker in one process.";
            case GATEWAY -> "Runs the head of a cluster: API, scheduler, records.";
            case INVOKER -> "Runs a worker of a cluster: containers and images of this machine.";
        };
    }

    private List<String> joining() {
        List<String> flags = new ArrayList<>();
        if (!join.isEmpty()) {
            flags.add("cluster.join=" + String.join(",", join));
        }
        if (token != null) {
            flags.add("cluster.token=" + token);
        }
        return flags;
    }

    @Override
    public Integer call() {
        Node node = Roles.start(role, HearthConfig.load(settings.sources(joining())));
        node.stopOnSignal();
        node.awaitStop();
        return 0;
    }
}
