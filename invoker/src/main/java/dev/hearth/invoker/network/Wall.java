package dev.hearth.invoker.network;

import dev.hearth.common.function.Ipv4Block;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Puts the firewall into the kernel. Blocks; one call at a time.
 *
 * <p>Rules that stand as they were put are left alone: one that counts connections would begin anew.
 */
final class Wall {
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final List<String> RESTORE = List.of("iptables-restore", "-w", "--noflush");

    private final NetworkSettings settings;
    private final Command command;
    private String built = "";
    private Set<String> standing = Set.of();

    /**
     * What is to stand.
     *
     * @param bare the chains but for those of links
     * @param whole all chains
     * @param part what has changed of those of links
     * @param jumps from what is there, those that are missing
     * @param leftovers from what is there, what takes the rest away
     */
    record Plan(String bare, String whole, String part, UnaryOperator<String> jumps, UnaryOperator<String> leftovers) {}

    Wall(NetworkSettings settings, Command command) {
        this.settings = settings;
        this.command = command;
    }

    /** The name servers that functions ask now. */
    List<Ipv4Block> resolvers() {
        return settings.resolvers().isEmpty() ? Resolvers.ofMachine() : settings.resolvers();
    }

    /** Puts the chains there, and what leads to them where that is missing; takes away what is left over. */
    void build(Plan plan) throws InterruptedException {
        String saved = command.output(List.of("iptables-save"));
        if (plan.bare().equals(built) && bare(saved).equals(standing)) {
            put(plan.part());
            return;
        }
        put(plan.whole());
        put(plan.jumps().apply(saved));
        put(plan.leftovers().apply(saved));
        NodeNetwork.set(FORWARDING, "1");
        standing = bare(command.output(List.of("iptables-save")));
        built = plan.bare();
    }

    /** What is there of ours, but for the chains of links. */
    private Set<String> bare(String saved) {
        String prefix = Firewall.prefix(settings);
        return saved.lines()
                .filter(line -> line.contains(prefix)
                        && !line.startsWith(":" + prefix + Firewall.OF_LINK)
                        && !line.startsWith("-A " + prefix + Firewall.OF_LINK))
                .collect(Collectors.toSet());
    }

    /** Nothing is put by an empty text. */
    void put(String text) throws InterruptedException {
        if (!text.isEmpty()) {
            command.run(text, RESTORE);
        }
    }

    /** Gives this machine the address at which functions with a fence find their name server. */
    void address(String address) throws InterruptedException {
        String label = "lo:" + settings.tag();
        command.run("", List.of("ip", "addr", "replace", address + "/32", "dev", "lo", "label", label));
    }
}
