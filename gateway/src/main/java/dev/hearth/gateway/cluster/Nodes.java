package dev.hearth.gateway.cluster;

import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.registry.Capacity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What each invoker last said of itself, and whether it is alive.
 *
 * <p>A node is alive while both ways work: once it has echoed a beat of this gateway, its age is that of the last beat that
 * it echoed. A node is lost when it has been silent for {@code gateway.node-lost-after}; it is given up, and nothing that it
 * says counts until it has ended this gateway's calls, or begun a new life. Who judges others must have been awake: time in
 * which this gateway itself stood still is nobody's silence. Lives on one event loop.
 */
public final class Nodes {
    /** Nodes given up that are remembered; one that is forgotten is taken back without being asked to end its calls. */
    private static final int MOST_GIVEN_UP = 10_000;

    /**
     * One node.
     *
     * @param status what it last said
     * @param heardAt when it was last known to be alive, on the clock of the caller
     * @param echoes whether that is the time of a beat that it echoed
     */
    public record Heard(NodeStatus status, long heardAt, boolean echoes) {
        private Heard at(long time) {
            return new Heard(status, time, echoes);
        }
    }

    /** Other threads read it. */
    private final ConcurrentSkipListMap<String, Heard> nodes = new ConcurrentSkipListMap<>();

    private final LinkedHashMap<String, Long> givenUp = new LinkedHashMap<>();
    private final Map<String, Long> livesBefore = new HashMap<>();
    private final long lostAfterMillis;
    private final Predicate<String> drained;
    private long lookedAt = Long.MIN_VALUE;
    /** Those given up and how often that was, for other threads. */
    private volatile Set<String> missing = Set.of();

    private final AtomicLong losses = new AtomicLong();

    /**
     * None is known yet.
     *
     * @param lostAfterMillis silence after which a node is lost
     * @param drained whether nothing new is to go to the node
     */
    public Nodes(long lostAfterMillis, Predicate<String> drained) {
        this.lostAfterMillis = lostAfterMillis;
        this.drained = drained;
    }

    /** Whether somebody drained the node. */
    public boolean drained(String node) {
        return drained.test(node);
    }

    /** What a status changed. */
    public enum Change {
        NONE,
        NEWS,
        /** The invoker began a new life: what ran in the old one is lost. */
        REBORN,
        /** It was given up and must end this gateway's calls before it counts again. */
        GIVEN_UP
    }

    public Change heard(NodeStatus status, long now) {
        if (isGivenUp(status.node(), status.epoch())) {
            return Change.GIVEN_UP;
        }
        Heard before = nodes.get(status.node());
        if (before == null) {
            givenUp.remove(status.node());
            missing = Set.copyOf(givenUp.keySet());
            keep(new Heard(status, now, false));
            return Change.NEWS;
        }
        NodeStatus old = before.status();
        // Not by which is later: the clock of its machine may have been set back between its lives.
        boolean reborn = status.epoch() != old.epoch();
        if (reborn ? isLifeBefore(status) : status.sequence() <= old.sequence()) {
            return Change.NONE;
        }
        if (reborn) {
            livesBefore.put(status.node(), old.epoch());
            keep(new Heard(status, now, false));
            return Change.REBORN;
        }
        keep(new Heard(status, before.echoes() ? before.heardAt() : now, before.echoes()));
        return Change.NEWS;
    }

    private boolean isLifeBefore(NodeStatus status) {
        Long epoch = livesBefore.get(status.node());
        return epoch != null && epoch == status.epoch();
    }

    private void keep(Heard heard) {
        nodes.put(heard.status().node(), heard);
    }

    /** The node has heard what this gateway said then. */
    public void echoed(BeatEcho echo, long now) {
        Heard heard = nodes.get(echo.node());
        if (heard != null && heard.status().epoch() == echo.epoch() && echo.beat() <= now) {
            // Echoes of before may have waited in a connection until the node was heard again.
            nodes.put(echo.node(), new Heard(heard.status(), Math.max(heard.heardAt(), echo.beat()), true));
        }
    }

    private boolean isGivenUp(String node, long epoch) {
        Long life = givenUp.get(node);
        return life != null && life == epoch;
    }

    /** The node has ended this gateway's calls: what it says counts again. */
    public void cleared(String node, long epoch) {
        givenUp.remove(node, epoch);
        missing = Set.copyOf(givenUp.keySet());
    }

    /** Removes the silent nodes and names them. */
    public List<String> lost(long now) {
        long stoodStill = lookedAt == Long.MIN_VALUE ? 0 : now - lookedAt;
        lookedAt = now;
        if (stoodStill > lostAfterMillis / 2) {
            nodes.replaceAll((id, heard) -> heard.at(heard.heardAt() + stoodStill));
        }
        List<String> lost = new ArrayList<>();
        nodes.forEach((id, heard) -> {
            if (now - heard.heardAt() > lostAfterMillis) {
                lost.add(id);
            }
        });
        lost.forEach(this::giveUp);
        return lost;
    }

    private void giveUp(String node) {
        Heard heard = nodes.remove(node);
        if (heard != null) {
            livesBefore.remove(node);
            givenUp.putLast(node, heard.status().epoch());
            if (givenUp.size() > MOST_GIVEN_UP) {
                givenUp.pollFirstEntry();
            }
            missing = Set.copyOf(givenUp.keySet());
            losses.incrementAndGet();
        }
    }

    /** Those that are here; may be asked from any thread. */
    public Collection<Heard> all() {
        return List.copyOf(nodes.values());
    }

    /** How many of those that are here are so; from any thread. */
    long count(Predicate<NodeStatus> such) {
        return nodes.values().stream().map(Heard::status).filter(such).count();
    }

    /** How many were given up and have not come back, but for drained ones, which may go; from any thread. */
    long missed() {
        return missing.stream().filter(node -> !drained(node)).count();
    }

    /** How often a node was given up; from any thread. */
    long losses() {
        return losses.get();
    }

    public Optional<Heard> find(String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    /** The largest budgets over the nodes with these labels, busy or not; may be asked from any thread. */
    public Optional<Capacity.Largest> largest(NodeLabels required) {
        List<NodeStatus> suitable = nodes.values().stream()
                .map(Heard::status)
                .filter(status -> status.labels().covers(required))
                .toList();
        if (suitable.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Capacity.Largest(
                new Bytes(most(suitable, status -> status.memory().capacity())),
                new Bytes(most(suitable, status -> status.scratch().capacity())),
                new Bytes(most(suitable, status -> status.disk().capacity())),
                new Bytes(most(suitable, NodeStatus::imageRoom)),
                most(suitable, status -> status.gpus().capacity())));
    }

    private static long most(List<NodeStatus> nodes, ToLongFunction<NodeStatus> figure) {
        return nodes.stream().mapToLong(figure).max().orElse(0);
    }
}
