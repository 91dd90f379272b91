package dev.hearth.invoker.tunnel;

import dev.hearth.common.pki.IdentityFiles;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * The heads of a worker node.
 *
 * @param heads their cluster ports; asked for each request, so that they may change
 * @param files by which this node is a member of their cluster
 */
public record Upstream(Supplier<List<SocketAddress>> heads, IdentityFiles files) {}
