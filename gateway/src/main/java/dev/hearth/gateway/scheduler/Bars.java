package dev.hearth.gateway.scheduler;

import dev.hearth.common.id.RevisionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which revisions are not to be offered to which nodes, because the node refused a call of the revision and nothing on
 * it has changed since.
 *
 * <p>A bar falls with the next change on the node, at the latest after the back-off. All bars last equally long, so the
 * order of insertion is the order of expiry.
 */
final class Bars {
    private final Map<Bar, Long> until = new LinkedHashMap<>();
    private final Map<Node, Set<Bar>> byNode = new HashMap<>();

    private record Bar(RevisionId revision, Node node) {}

    boolean isEmpty() {
        return until.isEmpty();
    }

    boolean between(RevisionId revision, Node node) {
        return !isEmpty() && until.containsKey(new Bar(revision, node));
    }

    void add(RevisionId revision, Node node, long end) {
        Bar bar = new Bar(revision, node);
        until.remove(bar);
        until.put(bar, end);
        byNode.computeIfAbsent(node, absent -> new HashSet<>()).add(bar);
    }

    void clear(Node node) {
        Set<Bar> bars = isEmpty() ? null : byNode.remove(node);
        if (bars != null) {
            bars.forEach(until::remove);
        }
    }

    /** Removes the bars whose time is over and names their revisions. */
    List<RevisionId> expire(long now) {
        List<RevisionId> free = new ArrayList<>();
        var bars = until.entrySet().iterator();
        while (bars.hasNext()) {
            Map.Entry<Bar, Long> next = bars.next();
            if (next.getValue() > now) {
                break;
            }
            bars.remove();
            forget(next.getKey());
            free.add(next.getKey().revision());
        }
        return free;
    }

    private void forget(Bar bar) {
        Set<Bar> bars = byNode.get(bar.node());
        if (bars != null) {
            bars.remove(bar);
            if (bars.isEmpty()) {
                byNode.remove(bar.node());
            }
        }
    }
}
