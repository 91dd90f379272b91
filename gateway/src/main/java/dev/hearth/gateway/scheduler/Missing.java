package dev.hearth.gateway.scheduler;

import dev.hearth.common.function.NodeLabels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Says which labels no node has. */
final class Missing {
    private Missing() {}

    /** A sentence about labels that none of the nodes has together. */
    static String of(NodeLabels required, Node[] nodes) {
        List<String> nowhere = required.pairs().entrySet().stream()
                .filter(one -> Arrays.stream(nodes).noneMatch(node -> has(node, one)))
                .map(one -> one.getKey() + "=" + one.getValue())
                .toList();
        String what = nowhere.isEmpty()
                ? "all the labels " + required + " together"
                : (nowhere.size() == 1 ? "the label " : "the labels ") + String.join(", ", nowhere);
        return "no node has " + what + ", as the function requires";
    }

    private static boolean has(Node node, Map.Entry<String, String> label) {
        return label.getValue().equals(node.view().labels().pairs().get(label.getKey()));
    }
}
