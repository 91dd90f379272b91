package dev.hearth.invoker.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts the firewall into the kernel; each call leaves the same state. Blocks. */
final class Wall {
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final String WAIT = "-w";

    private final NetworkSettings settings;
    private final Command command;
    private final Firewall firewall;

    Wall(NetworkSettings settings, Command command) {
        this.settings = settings;
        this.command = command;
        firewall = new Firewall(settings);
    }

    /** Puts it up, or right; answers with the name servers that it lets functions ask. */
    List<Ipv4Block> build() throws InterruptedException {
        List<Ipv4Block> resolvers = settings.resolvers().isEmpty() ? Resolvers.ofMachine() : settings.resolvers();
        command.run(firewall.chains(resolvers), List.of("iptables-restore", WAIT, "--noflush"));
        for (Firewall.Jump jump : firewall.jumps()) {
            if (command.end("", words(jump, "-C")).code() != 0) {
                command.run("", words(jump, "-I"));
            }
        }
        NodeNetwork.set(FORWARDING, "1");
        return resolvers;
    }

    private static List<String> words(Firewall.Jump jump, String action) {
        List<String> words = new ArrayList<>(List.of("iptables", WAIT, "-t", jump.table(), action, jump.chain()));
        words.addAll(jump.match());
        return words;
    }
}
