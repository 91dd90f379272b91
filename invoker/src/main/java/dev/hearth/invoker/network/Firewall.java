package dev.hearth.invoker.network;

import java.util.ArrayList;
import java.util.List;

/**
 * What the packets of functions may do, as text for {@code iptables-restore}.
 *
 * <p>Four chains of the node's own. Each is replaced whole and at once, so that no packet meets half of the rules. Functions
 * reach name servers at port 53, and public addresses but those that are denied; nothing reaches them but answers. What is
 * addressed to this machine is refused whatever address it names: the kernel hands it to INPUT, and a published port has
 * become a private address before FORWARD. There is no IPv6 on a link.
 */
final class Firewall {
    /** Special blocks of RFC 6890 that lead to this machine, its neighbours or nowhere; metadata services are in 169.254/16. */
    static final List<Ipv4Block> NEVER = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/3")
            .stream()
            .map(Ipv4Block::parse)
            .toList();

    private static final String REFUSE = " -j REJECT --reject-with icmp-admin-prohibited";

    private final NetworkSettings settings;
    private final String out;
    private final String back;
    private final String host;
    private final String source;

    /** A rule of a chain that others own, which leads into one of ours. */
    record Jump(String table, String chain, List<String> match) {}

    Firewall(NetworkSettings settings) {
        this.settings = settings;
        String prefix = "HEARTH-" + settings.tag() + "-";
        out = prefix + "OUT";
        back = prefix + "BACK";
        host = prefix + "HOST";
        source = prefix + "NAT";
    }

    /** The chains; takes the place of those that are there. */
    String chains(List<Ipv4Block> resolvers) {
        List<String> lines = new ArrayList<>(
                List.of("*filter", chain(out), chain(back), chain(host), rule(out, "-o " + devices() + REFUSE)));
        for (Ipv4Block resolver : resolvers) {
            lines.add(rule(out, "-d " + resolver + " -p udp --dport 53 -j ACCEPT"));
            lines.add(rule(out, "-d " + resolver + " -p tcp --dport 53 -j ACCEPT"));
        }
        NEVER.forEach(block -> lines.add(rule(out, "-d " + block + REFUSE)));
        settings.denied().forEach(block -> lines.add(rule(out, "-d " + block + REFUSE)));
        lines.add(rule(out, "! -s " + settings.block() + " -j DROP"));
        lines.add(rule(out, "-m conntrack --ctstate INVALID -j DROP"));
        lines.add(rule(out, "-j ACCEPT"));
        lines.add(rule(back, "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"));
        lines.add(rule(back, "-j DROP"));
        lines.add(rule(host, REFUSE.strip()));
        lines.addAll(List.of("COMMIT", "*nat", chain(source), rule(source, "-j MASQUERADE"), "COMMIT", ""));
        return String.join("\n", lines);
    }

    /** How packets come to the chains; each belongs first in its chain. */
    List<Jump> jumps() {
        return List.of(
                new Jump("filter", "INPUT", List.of("-i", devices(), "-j", host)),
                new Jump("filter", "FORWARD", List.of("-o", devices(), "-j", back)),
                new Jump("filter", "FORWARD", List.of("-i", devices(), "-j", out)),
                new Jump("nat", "POSTROUTING", List.of("-s", settings.block().toString(), "-j", source)));
    }

    private String devices() {
        return settings.devices() + "+";
    }

    private static String chain(String name) {
        return ":" + name + " - [0:0]";
    }

    private static String rule(String chain, String rest) {
        return "-A " + chain + " " + rest;
    }
}
