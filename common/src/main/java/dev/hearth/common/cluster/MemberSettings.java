package dev.hearth.common.cluster;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How a process takes part in its cluster.
 *
 * @param name of the member, in logs of the others
 * @param host address of this process at which the others reach it
 * @param port of the membership; the event bus has the next
 * @param contacts membership addresses of the heads, by which the rest is found
 * @param suspectAfter silence after which a member is left out of the view
 */
public record MemberSettings(
        String name, String host, int port, List<InetSocketAddress> contacts, Duration suspectAfter) {
    public MemberSettings {
        contacts = List.copyOf(contacts);
    }

    public int busPort() {
        return port + 1;
    }
}
