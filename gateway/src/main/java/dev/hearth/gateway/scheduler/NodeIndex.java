package dev.hearth.gateway.scheduler;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes have something: an idle container of a revision, a stem cell of a runtime, an image.
 *
 * @param <K> what they have
 */
final class NodeIndex<K> {
    private final Map<K, BitSet> nodes = new HashMap<>();

    void add(K key, int node) {
        nodes.computeIfAbsent(key, absent -> new BitSet()).set(node);
    }

    void remove(K key, int node) {
        BitSet holders = nodes.get(key);
        if (holders != null) {
            holders.clear(node);
            if (holders.isEmpty()) {
                nodes.remove(key);
            }
        }
    }

    @Nullable
    BitSet holders(K key) {
        return nodes.get(key);
    }

    int size() {
        return nodes.size();
    }

    void clear() {
        nodes.clear();
    }
}
