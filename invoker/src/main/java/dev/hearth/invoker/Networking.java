package dev.hearth.invoker;

import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.common.function.Ipv4Block;
import dev.hearth.common.units.Durations;
import dev.hearth.invoker.network.NetworkSettings;
import dev.hearth.invoker.network.NetworkSettings.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What functions with a network get on this node.
 *
 * @param enabled whether they run here
 * @param block addresses of their containers
 * @param resolvers name servers; empty: the machine's
 * @param denied blocks that they do not reach, besides special ones
 * @param check beat at which traffic is held against limits
 * @param repair beat at which the firewall is put right
 * @param deadline of one command
 * @param bounds what one container may have
 */
public record Networking(
        boolean enabled,
        Ipv4Block block,
        List<Ipv4Block> resolvers,
        List<Ipv4Block> denied,
        Duration check,
        Duration repair,
        Duration deadline,
        Bounds bounds) {
    private static final int WIDEST = 10;
    private static final int NARROWEST = 28;
    private static final int ONE = 32;

    public Networking {
        resolvers = List.copyOf(resolvers);
        denied = List.copyOf(denied);
    }

    static Networking bind(Settings settings, String node) {
        String own = NetworkSettings.blockOf(node).toString();
        String given = settings.read(InvokerSettings.NETWORK_ADDRESSES, () -> own);
        Ipv4Block block = blocks(settings, InvokerSettings.NETWORK_ADDRESSES, List.of(given)).stream()
                .findFirst()
                .orElse(NetworkSettings.blockOf(node));
        settings.require(
                block.bits() >= WIDEST && block.bits() <= NARROWEST,
                "network.addresses is " + block + ": it must be a block of /" + WIDEST + " to /" + NARROWEST);
        List<Ipv4Block> resolvers =
                blocks(settings, InvokerSettings.NETWORK_DNS, settings.read(InvokerSettings.NETWORK_DNS));
        for (Ipv4Block resolver : resolvers) {
            settings.require(
                    resolver.bits() == ONE,
                    "network.dns has " + resolver + ": a name server has one address, no block");
        }
        return new Networking(
                settings.read(InvokerSettings.NETWORK),
                block,
                resolvers,
                blocks(settings, InvokerSettings.NETWORK_DENY, settings.read(InvokerSettings.NETWORK_DENY)),
                settings.read(InvokerSettings.NETWORK_CHECK),
                settings.read(InvokerSettings.NETWORK_REPAIR),
                settings.read(InvokerSettings.NETWORK_TIMEOUT),
                bounds(settings));
    }

    private static Bounds bounds(Settings settings) {
        Bounds bounds = new Bounds(
                settings.read(InvokerSettings.NETWORK_CONNECTIONS),
                settings.read(InvokerSettings.NETWORK_CONNECTS),
                settings.read(InvokerSettings.ALLOW_ADDRESSES),
                settings.read(InvokerSettings.ALLOW_LEAST),
                settings.read(InvokerSettings.ALLOW_MOST),
                settings.read(InvokerSettings.LOOKUPS),
                settings.read(InvokerSettings.LOOKUP_TIMEOUT));
        settings.require(
                bounds.least().compareTo(bounds.most()) <= 0,
                "network.allow-least is " + Durations.format(bounds.least()) + ", above network.allow-most, which is "
                        + Durations.format(bounds.most()));
        return bounds;
    }

    private static List<Ipv4Block> blocks(Settings settings, Setting<?> setting, List<String> texts) {
        List<Ipv4Block> blocks = new ArrayList<>();
        for (String text : texts) {
            try {
                blocks.add(Ipv4Block.parse(text));
            } catch (IllegalArgumentException wrong) {
                settings.require(false, setting + ": " + wrong.getMessage());
            }
        }
        return blocks;
    }

    /** For the part of the invoker that makes links. */
    public NetworkSettings settings(String node) {
        return new NetworkSettings(enabled, node, block, resolvers, denied, repair, deadline, bounds);
    }
}
