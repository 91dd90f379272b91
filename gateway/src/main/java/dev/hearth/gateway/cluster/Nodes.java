package dev.hearth.gateway.cluster;

import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.registry.Capacity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What each invoker last said of itself.
 *
 * <p>A node is lost when it has been silent for {@code gateway.node-lost-after}. A status of an older life or with an older
 * sequence number than the one at hand is dropped. Lives on one event loop.
 */
public final class Nodes {
    /**
     * One node.
     *
     * @param status what it last said
     * @param heardAt when, on the clock of the caller
     */
    public record Heard(NodeStatus status, long heardAt) {}

    private final TreeMap<String, Heard> nodes = new TreeMap<>();
    private final long lostAfterMillis;
    private volatile Optional<Capacity.Largest> largest = Optional.empty();

    public Nodes(long lostAfterMillis) {
        this.lostAfterMillis = lostAfterMillis;
    }

    /** What a status changed. */
    public enum Change {
        NONE,
        NEWS,
        /** The invoker began a new life: what ran in the old one is lost. */
        REBORN
    }

    public Change heard(NodeStatus status, long now) {
        Heard before = nodes.get(status.node());
        if (before == null) {
            nodes.put(status.node(), new Heard(status, now));
            largest = measure();
            return Change.NEWS;
        }
        NodeStatus old = before.status();
        if (status.epoch() < old.epoch() || (status.epoch() == old.epoch() && status.sequence() <= old.sequence())) {
            return Change.NONE;
        }
        nodes.put(status.node(), new Heard(status, now));
        largest = measure();
        return status.epoch() > old.epoch() ? Change.REBORN : Change.NEWS;
    }

    /** Removes the silent nodes and names them. */
    public List<String> lost(long now) {
        List<String> lost = new ArrayList<>();
        nodes.forEach((id, heard) -> {
            if (now - heard.heardAt() > lostAfterMillis) {
                lost.add(id);
            }
        });
        lost.forEach(nodes::remove);
        largest = measure();
        return lost;
    }

    public Collection<Heard> all() {
        return List.copyOf(nodes.values());
    }

    public Optional<Heard> find(String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    /** The largest budgets over all nodes, busy or not; may be asked from any thread. */
    public Optional<Capacity.Largest> largest() {
        return largest;
    }

    private Optional<Capacity.Largest> measure() {
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Capacity.Largest(
                most(status -> status.memory().capacity()),
                most(status -> status.scratch().capacity()),
                most(status -> status.disk().capacity()),
                most(NodeStatus::imageRoom)));
    }

    private Bytes most(ToLongFunction<NodeStatus> figure) {
        return new Bytes(nodes.values().stream()
                .mapToLong(heard -> figure.applyAsLong(heard.status()))
                .max()
                .orElse(0));
    }
}
