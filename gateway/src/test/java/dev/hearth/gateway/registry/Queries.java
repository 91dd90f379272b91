package dev.hearth.gateway.registry;

import io.vertx.core.MultiMap;

/** Makes query parameters of {@code a=b&c=d}, without decoding. */
final class Queries {
    private Queries() {}

    static MultiMap of(String query) {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            map.add(parts[0], parts[1]);
        }
        return map;
    }
}
