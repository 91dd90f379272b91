package dev.hearth.gateway.scheduler;

import dev.hearth.common.id.RevisionId;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The nodes by id, and the indexes that find a node for a call without looking at all of them. */
final class Cluster {
    private final Map<String, Node> byId = new HashMap<>();
    private final NodeIndex<RevisionId> idle = new NodeIndex<>();
    private final NodeIndex<String> stems = new NodeIndex<>();
    private final NodeIndex<String> images = new NodeIndex<>();
    private final NodeIndex<RevisionId> places = new NodeIndex<>();
    private final Grounds grounds;
    private Node[] nodes = {};
    private Loads loads = new Loads(nodes);

    Cluster(Grounds grounds) {
        this.grounds = grounds;
    }

    @Nullable
    Node node(String id) {
        return byId.get(id);
    }

    Node node(int number) {
        return nodes[number];
    }

    int size() {
        return nodes.length;
    }

    long slots() {
        long slots = 0;
        for (Node node : nodes) {
            slots += node.open() ? Math.max(0, node.slots()) : 0;
        }
        return slots;
    }

    Node join(NodeView view) {
        Node node = new Node(view);
        byId.put(view.id(), node);
        number();
        return node;
    }

    void remove(Node node) {
        byId.remove(node.id());
        number();
    }

    private void number() {
        nodes = byId.values().toArray(Node[]::new);
        Arrays.sort(nodes, Comparator.comparing(Node::id));
        loads = new Loads(nodes);
        idle.clear();
        stems.clear();
        images.clear();
        places.clear();
        for (int i = 0; i < nodes.length; i++) {
            nodes[i].number = i;
            list(nodes[i]);
            for (RevisionQueue revision : nodes[i].sharing()) {
                listPlace(revision, nodes[i]);
            }
        }
        grounds.number(nodes);
    }

    void update(Node node, NodeView view) {
        node.idle().keySet().forEach(revision -> idle.remove(revision, node.number));
        node.stems().keySet().forEach(runtime -> stems.remove(runtime, node.number));
        node.view().images().forEach(image -> images.remove(image, node.number));
        node.update(view);
        grounds.judge(node);
        list(node);
        refresh(node);
    }

    private void list(Node node) {
        node.idle().values().removeIf(count -> count <= 0);
        node.stems().values().removeIf(count -> count <= 0);
        node.idle().keySet().forEach(revision -> idle.add(revision, node.number));
        node.stems().keySet().forEach(runtime -> stems.add(runtime, node.number));
        node.view().images().forEach(image -> images.add(image, node.number));
    }

    /** Brings the indexes of room in line with the node, less what is reserved on it. */
    void refresh(Node node) {
        loads.changed(node);
        grounds.refresh(node);
    }

    /** The same, but as the call sees it for which the node is reserved. */
    void unreserved(Node node) {
        grounds.unreserved(node);
    }

    Loads loads() {
        return loads;
    }

    /** Whether the smallest call without needs would fit on the node, beside what is reserved. */
    boolean takesAny(Node node) {
        return takesAny(node.number);
    }

    private boolean takesAny(int node) {
        return grounds.plain().fits(node, 0, 0);
    }

    boolean fits(int node, RevisionQueue revision) {
        return revision.ground.fits(node, revision.memory, revision.scratch)
                || (nodes[node].hasPlace(revision) && takesInPlace(node, revision));
    }

    private boolean takesInPlace(int node, RevisionQueue revision) {
        return takesAny(node) && revision.ground.suits(node);
    }

    int next(int from, RevisionQueue revision) {
        int roomy = revision.ground.next(from, revision.memory, revision.scratch);
        int place = revision.shares() ? nextPlace(from, revision) : Candidates.NONE;
        return roomy == Candidates.NONE || (place != Candidates.NONE && place < roomy) ? place : roomy;
    }

    /** The first node from there up where the call needs no container of its own. */
    private int nextPlace(int from, RevisionQueue revision) {
        BitSet holders = places.holders(revision.id());
        int node = holders == null ? Candidates.NONE : holders.nextSetBit(from);
        while (holders != null && node != Candidates.NONE && !takesInPlace(node, revision)) {
            node = holders.nextSetBit(node + 1);
        }
        return node;
    }

    private void listPlace(RevisionQueue revision, Node node) {
        places.remove(revision.id(), node.number);
        if (node.hasPlace(revision)) {
            places.add(revision.id(), node.number);
        }
    }

    /** The nodes that offer what the preference names; null when none does. */
    @Nullable
    BitSet holders(Preference preference, RevisionId revision, Demand demand) {
        return switch (preference) {
            case IDLE -> idle.holders(revision);
            case STEM -> stems.holders(demand.runtime());
            case IMAGE -> images.holders(demand.image());
            case ROOM -> throw new IllegalArgumentException("every node has room or none");
        };
    }

    /** Plans the call on the node and counts what it will use there. */
    Preference start(Node node, Call call) {
        RevisionId revision = call.ticket.revision();
        Demand demand = call.ticket.demand();
        Preference preference = node.preference(revision, demand);
        if (preference == Preference.IDLE && take(node.idle(), revision)) {
            idle.remove(revision, node.number);
        } else if (preference == Preference.STEM && take(node.stems(), demand.runtime())) {
            stems.remove(demand.runtime(), node.number);
        }
        node.add(call);
        moved(call, node);
        return preference;
    }

    /** Takes one and tells whether it was the last. */
    private static <K> boolean take(Map<K, Integer> counts, K key) {
        return counts.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null) == null;
    }

    void leave(Node node, Call call, boolean kept) {
        node.remove(call);
        if (kept && node.idle().merge(call.ticket.revision(), 1, Integer::sum) == 1) {
            idle.add(call.ticket.revision(), node.number);
        }
        moved(call, node);
    }

    private void moved(Call call, Node node) {
        if (call.revision.shares()) {
            listPlace(call.revision, node);
        }
        refresh(node);
    }

    /**
     * The node where the demand will fit soonest: fewest graphics processors to free, then least bytes, then fewest calls in
     * flight, then first.
     */
    Optional<Node> soonest(Demand demand) {
        return Arrays.stream(nodes)
                .filter(node -> node.canHold(demand))
                .min(Comparator.comparingLong((Node node) -> node.gpuShortfall(demand))
                        .thenComparingLong(node -> node.shortfall(demand))
                        .thenComparingInt(Node::inFlight));
    }

    int indexed() {
        return idle.size() + stems.size() + images.size() + places.size();
    }
}
