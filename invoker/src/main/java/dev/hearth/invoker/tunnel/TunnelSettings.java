package dev.hearth.invoker.tunnel;

import dev.hearth.common.pki.IdentityFiles;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the tunnel begins and ends.
 *
 * @param heads cluster ports of the heads, any of which will do; asked for each request, so that they may change
 * @param files by which this node is a member of the cluster
 * @param port of loopback to listen on; 0 for any free one
 * @param connections that the tunnel takes at one time; at least 1
 * @param silence longest time without a byte from a head
 * @param archive longest time without a byte of an archive, which an engine makes whole before it sends it
 */
public record TunnelSettings(
        Supplier<List<SocketAddress>> heads,
        IdentityFiles files,
        int port,
        int connections,
        Duration silence,
        Duration archive) {}
