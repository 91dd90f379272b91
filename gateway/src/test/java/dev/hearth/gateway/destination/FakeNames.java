package dev.hearth.gateway.destination;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Names that lead where a test says; literal addresses lead to themselves. */
final class FakeNames implements Resolver {
    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();

    FakeNames with(String name, String... addresses) {
        names.put(name, Stream.of(addresses).map(InetAddress::ofLiteral).toList());
        return this;
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        if (host.chars().allMatch(c -> "0123456789.:abcdef".indexOf(c) >= 0)) {
            return List.of(InetAddress.ofLiteral(host));
        }
        if (!names.containsKey(host)) {
            throw new UnknownHostException(host);
        }
        return Objects.requireNonNull(names.get(host));
    }

    @Override
    public Set<InetAddress> own() {
        return Set.of();
    }
}
