package dev.hearth.common.cluster;

import dev.hearth.common.config.NodeConfig;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How this process takes part in a cluster.
 *
 * @param host address at which the other members reach it; empty when it was not given
 * @param port of the membership; the event bus has the next, a head's cluster port the one after that
 * @param join heads by which the cluster is found
 * @param token by which this node gets its certificate; empty when it has one
 * @param folder of its certificate and key
 * @param suspectAfter silence after which a member is left out of the view
 */
public record ClusterConfig(
        String host, int port, List<Contact> join, String token, Path folder, Duration suspectAfter) {
    public static final int PORT = 7800;

    private static final Setting<String> HOST = Setting.text("cluster.host")
            .computed(
                    "no cluster for standalone, 127.0.0.1 for gateway, the address towards the first head for invoker")
            .frequent("Address of this node at which the other members of the cluster reach it.");
    private static final Setting<Integer> FIRST_PORT = Setting.whole("cluster.port")
            .or(PORT)
            .between(1, 65_533)
            .frequent("Port of the membership; the next is the event bus's, and the one after that, on heads, takes new"
                    + " members and passes images on.");
    private static final Setting<List<String>> JOIN = Setting.list("cluster.join")
            .or(List.of())
            .frequent(
                    "Heads by which this node finds its cluster, each HOST or HOST:PORT with the head's cluster.port.");
    private static final Setting<String> TOKEN = Setting.secret("cluster.token")
            .or("")
            .frequent("What 'hearth certs token' printed on a head; needed once, to join.");
    private static final Setting<Path> FOLDER = Setting.path("cluster.certs")
            .computed("data/cluster")
            .frequent("Folder of this node's certificate and key; on heads also those of the cluster's authority.");
    private static final Setting<Duration> SUSPECT_AFTER = Setting.duration("cluster.suspect-after")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofSeconds(2), Duration.ofMinutes(5))
            .rare("Silence after which a member is left out of the view and nothing is sent to it.");

    /** The keys that it is bound from. */
    public static final List<Setting<?>> SETTINGS = List.of(HOST, FIRST_PORT, JOIN, TOKEN, FOLDER, SUSPECT_AFTER);

    public ClusterConfig {
        join = List.copyOf(join);
    }

    /** Reads the keys. */
    public static ClusterConfig bind(Settings settings, NodeConfig node) {
        List<Contact> contacts = new ArrayList<>();
        for (String head : settings.read(JOIN)) {
            Contact contact = Contact.parse(head);
            settings.require(
                    contact.isUsable(),
                    "cluster.join names '" + head + "': give HOST or HOST:PORT, PORT from 1 to 65533 as cluster.port of"
                            + " that head");
            contacts.add(contact);
        }
        return new ClusterConfig(
                settings.read(HOST, () -> ""),
                settings.read(FIRST_PORT),
                contacts,
                settings.read(TOKEN),
                settings.read(FOLDER, () -> node.data().resolve("cluster")),
                settings.read(SUSPECT_AFTER));
    }

    /** Whether this process is to be a member without being asked to by its role. */
    public boolean isGiven() {
        return !host.isEmpty();
    }

    public ClusterConfig withHost(String own) {
        return new ClusterConfig(own, port, join, token, folder, suspectAfter);
    }

    /** Where a head takes new members. */
    public int headPort() {
        return port + 2;
    }

    /** The member's part of it. */
    public MemberSettings member(String name) {
        List<InetSocketAddress> contacts = join.stream()
                .map(contact -> new InetSocketAddress(contact.host(), contact.port()))
                .toList();
        return new MemberSettings(name, host, port, contacts, suspectAfter);
    }

    /**
     * A head, by the address that was given for it.
     *
     * @param port its cluster.port
     */
    public record Contact(String host, int port) {
        private static final int LARGEST = 65_533;

        static Contact parse(String text) {
            int colon = text.lastIndexOf(':');
            // Without brackets an address of IP version 6 has no port behind it.
            if (colon < 0 || (text.indexOf(':') != colon && !text.contains("]:"))) {
                return new Contact(bare(text), PORT);
            }
            String port = text.substring(colon + 1);
            return new Contact(bare(text.substring(0, colon)), port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0);
        }

        private static String bare(String host) {
            return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        }

        boolean isUsable() {
            return !host.isBlank() && port >= 1 && port <= LARGEST;
        }

        /** Where it takes new members. */
        public int headPort() {
            return port + 2;
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }
}
