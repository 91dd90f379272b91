package dev.hearth.invoker.network;

import dev.hearth.common.function.Ipv4Block;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the packets of functions may do, as text for {@code iptables-restore}.
 *
 * <p>Chains of the node's own. Each is replaced whole and at once, so that no packet meets half of the rules. Functions reach
 * name servers at port 53, and public addresses but those that are denied; nothing reaches them but answers. A link with a
 * fence reaches what the chain of that link accepts and is refused all else, also while nobody knows its fence: the name of
 * its device says that it has one. What is addressed to this machine is refused whatever address it names: the kernel hands it
 * to INPUT, and a published port has become a private address before FORWARD. There is no IPv6 on a link.
 */
final class Firewall {
    private static final String ESTABLISHED = "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT";

    /** How the names of the chains of links begin, behind the node's own prefix. */
    static final String OF_LINK = "L";

    private final NetworkSettings settings;
    private final String prefix;
    private final String refuse;

    /**
     * What changes from time to time.
     *
     * @param resolvers name servers that functions without a fence ask
     * @param nameServer port of the node's own, which those with a fence ask; 0: it does not listen
     */
    record Now(List<Ipv4Block> resolvers, int nameServer) {}

    /** A rule of a chain that others own, which leads into one of ours. */
    record Jump(String table, String chain, String match) {
        String rule() {
            return chain + " " + match;
        }
    }

    Firewall(NetworkSettings settings) {
        this.settings = settings;
        prefix = prefix(settings);
        refuse = " -j " + prefix + "REFUSE";
    }

    /** How the names of all chains of the node begin. */
    static String prefix(NetworkSettings settings) {
        return "HEARTH-" + settings.tag() + "-";
    }

    /** The chains; takes the place of those that are there. Every fence that there is belongs to them. */
    String chains(Now now, Map<String, Fence> fences) {
        List<String> lines = new ArrayList<>(List.of("*raw", chain("PRE")));
        lines.add(rule("PRE", "-m rpfilter --invert -j DROP"));
        lines.addAll(List.of("COMMIT", "*nat", chain("NAT"), chain("ASK"), rule("NAT", "-j MASQUERADE")));
        if (now.nameServer() != 0) {
            String server = settings.nameServer();
            lines.add(rule(
                    "ASK",
                    "-d " + server + " -p udp --dport 53 -j DNAT --to-destination " + server + ":" + now.nameServer()));
        }
        lines.addAll(List.of("COMMIT", "*filter"));
        List.of("OUT", "BACK", "HOST", "NEW", "DENY", "FENCE", "REFUSE").forEach(name -> lines.add(chain(name)));
        lines.addAll(fenced(fences, fences.keySet(), Set.of()));
        out(lines, now);
        host(lines, now);
        fresh(lines);
        // The kernel sends one ICMP answer a second to a container that asks often, but every reset.
        lines.add(rule("REFUSE", "-p tcp -j REJECT --reject-with tcp-reset"));
        lines.add(rule("REFUSE", "-j REJECT --reject-with icmp-admin-prohibited"));
        lines.add(rule("BACK", ESTABLISHED));
        lines.add(rule("BACK", refuse.strip()));
        return text(lines);
    }

    private void out(List<String> lines, Now now) {
        lines.add(rule("OUT", "-o " + devices() + refuse));
        lines.add(rule("OUT", "! -s " + settings.block() + " -j DROP"));
        lines.add(rule("OUT", "-m conntrack --ctstate INVALID -j DROP"));
        lines.add(rule("OUT", "-m conntrack --ctstate NEW -j " + prefix + "NEW"));
        lines.add(rule("OUT", "-i " + withFence() + " -j " + prefix + "FENCE"));
        for (Ipv4Block resolver : now.resolvers()) {
            lines.add(rule("OUT", "-d " + resolver + " -p udp --dport 53 -j ACCEPT"));
            lines.add(rule("OUT", "-d " + resolver + " -p tcp --dport 53 -j ACCEPT"));
        }
        Ipv4Block.SPECIAL.forEach(block -> lines.add(rule("DENY", "-d " + block + refuse)));
        settings.denied().forEach(block -> lines.add(rule("DENY", "-d " + block + refuse)));
        lines.add(rule("OUT", "-j " + prefix + "DENY"));
        lines.add(rule("OUT", "-j ACCEPT"));
        lines.add(rule("FENCE", "-j " + prefix + "DENY"));
        lines.add(rule("FENCE", ESTABLISHED));
        lines.add(rule("FENCE", "-j " + prefix + "LINKS"));
        lines.add(rule("FENCE", refuse.strip()));
    }

    private void host(List<String> lines, Now now) {
        if (now.nameServer() != 0) {
            lines.add(rule("HOST", "-m conntrack --ctstate NEW -j " + prefix + "NEW"));
            String server = "-d " + settings.nameServer() + " -p udp --dport " + now.nameServer();
            lines.add(rule("HOST", "-i " + withFence() + " " + server + " -j ACCEPT"));
        }
        lines.add(rule("HOST", refuse.strip()));
    }

    /** Connections that a container opens: the kernel's table of them belongs to the whole machine. */
    private void fresh(List<String> lines) {
        NetworkSettings.Bounds bounds = settings.bounds();
        lines.add(rule(
                "NEW", "-m connlimit --connlimit-above " + bounds.connections() + " --connlimit-mask 32" + refuse));
        lines.add(rule(
                "NEW",
                "-m hashlimit --hashlimit-above " + bounds.connects() + "/sec --hashlimit-burst " + bounds.burst()
                        + " --hashlimit-mode srcip --hashlimit-name " + settings.devices() + refuse));
    }

    /** The chains of some fences, where all fences are these. */
    String changed(Map<String, Fence> fences, Collection<String> changed, Collection<String> gone) {
        List<String> lines = new ArrayList<>(List.of("*filter"));
        lines.addAll(fenced(fences, changed, gone));
        return text(lines);
    }

    private List<String> fenced(Map<String, Fence> fences, Collection<String> changed, Collection<String> gone) {
        List<String> lines = new ArrayList<>(List.of(chain("LINKS")));
        for (String device : changed) {
            lines.add(chain(own(device)));
        }
        gone.forEach(device -> lines.add(chain(own(device))));
        fences.keySet().forEach(device -> lines.add(rule("LINKS", "-i " + device + " -j " + prefix + own(device))));
        for (String device : changed) {
            Fence fence = fences.get(device);
            if (fence != null) {
                fence.rules().forEach(match -> lines.add(rule(own(device), match + " -j ACCEPT")));
            }
        }
        gone.forEach(device -> lines.add("-X " + prefix + own(device)));
        return lines;
    }

    /** Removes chains of fences that nobody has any more; empty when there are none. */
    String leftovers(String saved, Map<String, Fence> fences) {
        Set<String> known = fences.keySet().stream()
                .map(device -> ":" + prefix + own(device))
                .collect(Collectors.toSet());
        List<String> lines = new ArrayList<>(List.of("*filter"));
        saved.lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> name.matches(":" + prefix + "L[0-9a-f]+") && !known.contains(name))
                .forEach(name -> lines.addAll(List.of(name + " - [0:0]", "-X " + name.substring(1))));
        return lines.size() == 1 ? "" : text(lines);
    }

    /** Its number on the node. */
    private String own(String device) {
        return OF_LINK + device.substring(settings.devices().length() + 1);
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\nCOMMIT\n";
    }

    /** How packets come to the chains; each belongs first in its chain. */
    List<Jump> jumps() {
        return List.of(
                new Jump("raw", "PREROUTING", "-i " + devices() + " -j " + prefix + "PRE"),
                new Jump("nat", "PREROUTING", "-i " + withFence() + " -j " + prefix + "ASK"),
                new Jump("nat", "POSTROUTING", "-s " + settings.block() + " -j " + prefix + "NAT"),
                new Jump("filter", "INPUT", "-i " + devices() + " -j " + prefix + "HOST"),
                new Jump("filter", "FORWARD", "-o " + devices() + " -j " + prefix + "BACK"),
                new Jump("filter", "FORWARD", "-i " + devices() + " -j " + prefix + "OUT"));
    }

    /** Puts those of the jumps there that are not in what {@code iptables-save} says; empty when none is missing. */
    String missing(String saved) {
        Set<String> there = saved.lines().collect(Collectors.toSet());
        return jumps().stream()
                .filter(jump -> !there.contains("-A " + jump.rule()))
                .map(jump -> "*" + jump.table() + "\n-I " + jump.rule() + "\nCOMMIT\n")
                .collect(Collectors.joining());
    }

    private String devices() {
        return settings.devices() + "+";
    }

    private String withFence() {
        return settings.devices() + NetworkSettings.FENCE + "+";
    }

    private String chain(String name) {
        return ":" + prefix + name + " - [0:0]";
    }

    private String rule(String chain, String rest) {
        return "-A " + prefix + chain + " " + rest;
    }
}
