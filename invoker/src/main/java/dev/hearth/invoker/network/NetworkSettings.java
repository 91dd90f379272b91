package dev.hearth.invoker.network;

import dev.hearth.common.function.Ipv4Block;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * What the network of functions is made with.
 *
 * @param enabled whether there is one
 * @param node the node's id
 * @param block addresses of containers
 * @param resolvers name servers that functions ask; empty: those of this machine
 * @param denied blocks that functions do not reach, besides those that nobody reaches
 * @param repair beat at which the firewall is put right
 * @param deadline of one command
 * @param bounds what one container may have
 */
public record NetworkSettings(
        boolean enabled,
        String node,
        Ipv4Block block,
        List<Ipv4Block> resolvers,
        List<Ipv4Block> denied,
        Duration repair,
        Duration deadline,
        Bounds bounds) {
    /** In the name of a device: its container reaches what its fence lets pass; no digit of a number, so that it is no other's. */
    static final String FENCE = "x";

    private static final int TAG = 6;

    /** Carrier-grade NAT, which no local network uses: 1,024 blocks of 4,094 containers. */
    private static final int SHARED = 100 << 24 | 64 << 16;

    private static final int BLOCK_BITS = 20;
    private static final int BLOCKS = 1_024;

    /**
     * What one container may have.
     *
     * @param connections open at one time
     * @param connects opened in a second
     * @param addresses of names that its fence lets pass at one time
     * @param least time for which an address that was found is let pass
     * @param most such time, and so for which a program may remember it
     * @param lookups under way at one time
     * @param lookup time for one
     */
    public record Bounds(
            int connections, int connects, int addresses, Duration least, Duration most, int lookups, Duration lookup) {
        /** The kernel's largest. */
        private static final int BURST = 10_000;

        /** Connections that may be opened at once before the rate counts. */
        int burst() {
            return Math.min(BURST, Math.max(connects, connections));
        }
    }

    public NetworkSettings {
        resolvers = List.copyOf(resolvers);
        denied = List.copyOf(denied);
    }

    /** The block of a node that was given none, so that nodes of one machine seldom share one. */
    public static Ipv4Block blockOf(String node) {
        int number = Integer.parseInt(tag(node), 16) % BLOCKS;
        return new Ipv4Block(SHARED + (number << (32 - BLOCK_BITS)), BLOCK_BITS);
    }

    /** Short for the node in names that the kernel bounds. */
    String tag() {
        return tag(node);
    }

    private static String tag(String node) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(node.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, TAG);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Where functions with a fence ask for names: an address of the block that no container has. */
    String nameServer() {
        return block.address(0);
    }

    /** How the names of all links begin; with the letter of a fence and the number behind it a name has at most 15 letters. */
    String devices() {
        return "hn" + tag();
    }
}
