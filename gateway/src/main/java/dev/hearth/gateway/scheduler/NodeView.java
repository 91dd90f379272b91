package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.id.RevisionId;
import java.util.Map;
import java.util.Set;

/**
 * What a node last said about itself.
 *
 * @param id the node; nodes are preferred in the order of their ids
 * @param ready whether it takes calls: it can, and nobody has drained it
 * @param capacity all that it has for calls
 * @param used what it says is taken, by anything; a change of it lets calls that it refused be offered again
 * @param unavailable the part of the capacity that neither ends of calls nor evictions bring back, such as containers
 *     whose death is unproven; {@link Room#NONE} normally
 * @param idle calls that warm containers could take at once, by revision
 * @param stems number of stem cells by runtime
 * @param images references and ids of the images on its disk
 * @param labels what calls may require of it
 */
public record NodeView(
        String id,
        boolean ready,
        Room capacity,
        Room used,
        Room unavailable,
        Map<RevisionId, Integer> idle,
        Map<String, Integer> stems,
        Set<String> images,
        NodeLabels labels) {
    public NodeView {
        idle = Map.copyOf(idle);
        stems = Map.copyOf(stems);
        images = Set.copyOf(images);
    }

    /** Of a node without labels. */
    public NodeView(
            String id,
            boolean ready,
            Room capacity,
            Room used,
            Room unavailable,
            Map<RevisionId, Integer> idle,
            Map<String, Integer> stems,
            Set<String> images) {
        this(id, ready, capacity, used, unavailable, idle, stems, images, NodeLabels.NONE);
    }

    /** Whether it takes the same calls as the other. */
    boolean sameRoom(NodeView other) {
        return ready == other.ready
                && capacity.equals(other.capacity)
                && used.equals(other.used)
                && unavailable.equals(other.unavailable)
                && labels.equals(other.labels);
    }
}
