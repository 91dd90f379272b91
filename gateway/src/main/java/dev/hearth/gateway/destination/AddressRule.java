package dev.hearth.gateway.destination;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses webhooks may be sent to: global unicast ones that are not this machine's own, and those that the settings
 * allow.
 *
 * <p>Blocks are those of RFC 6890 and its registries. IPv6 is a list of what is open rather than of what is closed: all that
 * is not in 2000::/3 is refused, with it every form that carries an IPv4 address, and from within 2000::/3 the tunnels.
 */
final class AddressRule {
    private static final AddressBlock GLOBAL_IPV6 = AddressBlock.parse("2000::/3");
    private static final List<Special> SPECIAL = List.of(
            special("0.0.0.0/8", "this host"),
            special("10.0.0.0/8", "private"),
            special("100.64.0.0/10", "behind a carrier's NAT"),
            special("127.0.0.0/8", "loopback"),
            special("168.63.129.16", "a metadata service"),
            special("169.254.0.0/16", "link-local, where metadata services are"),
            special("172.16.0.0/12", "private"),
            special("192.0.0.0/24", "kept for protocols"),
            special("192.0.2.0/24", "for documentation"),
            special("192.88.99.0/24", "kept for 6to4"),
            special("192.168.0.0/16", "private"),
            special("198.18.0.0/15", "for benchmarks"),
            special("198.51.100.0/24", "for documentation"),
            special("203.0.113.0/24", "for documentation"),
            special("224.0.0.0/4", "multicast"),
            special("240.0.0.0/4", "reserved"),
            special("::/128", "this host"),
            special("::1/128", "loopback"),
            special("fc00::/7", "private"),
            special("fe80::/10", "link-local"),
            special("ff00::/8", "multicast"),
            special("2001::/23", "kept for protocols"),
            special("2001:db8::/32", "for documentation"),
            special("2002::/16", "a tunnel to IPv4"),
            special("3fff::/20", "for documentation"));

    private final List<AddressBlock> allowed;

    AddressRule(List<AddressBlock> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    private record Special(AddressBlock block, String kind) {}

    private static Special special(String block, String kind) {
        return new Special(AddressBlock.parse(block), kind);
    }

    /**
     * Why nothing is sent there; empty when it may be.
     *
     * @param own the addresses of this machine
     */
    Optional<String> refusal(InetAddress address, Set<InetAddress> own) {
        if (allowed.stream().anyMatch(block -> block.contains(address))) {
            return Optional.empty();
        }
        String kind = SPECIAL.stream()
                .filter(special -> special.block.contains(address))
                .map(special -> special.kind + " (" + special.block + ")")
                .findFirst()
                .orElse("");
        if (kind.isEmpty() && address instanceof Inet6Address && !GLOBAL_IPV6.contains(address)) {
            kind = "no global address";
        }
        if (kind.isEmpty() && own.contains(address)) {
            kind = "an address of this machine";
        }
        return kind.isEmpty()
                ? Optional.empty()
                : Optional.of(address.getHostAddress() + " is " + kind + " and not in webhooks.allow");
    }
}
