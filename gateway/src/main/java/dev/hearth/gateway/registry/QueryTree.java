package dev.hearth.gateway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives a query the shape of a JSON spec: limits by their plain names, {@code env.NAME},
 * {@code labels.NAME} and {@code requires.NAME}. */
final class QueryTree {
    /** What a query may hold beside the fields of a spec. */
    static final List<String> NAMES = names();

    private QueryTree() {}

    private static List<String> names() {
        List<String> names = new ArrayList<>(LimitFields.NAMES);
        names.addAll(List.of("wait", "env.NAME", "labels.NAME", "requires.NAME"));
        return List.copyOf(names);
    }

    static ObjectNode of(MultiMap query, Set<String> ignored, Faults faults) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode limits = root.putObject("limits");
        Map<String, ObjectNode> groups = Map.of(
                "env.", root.putObject("env"),
                "labels.", root.putObject("labels"),
                "requires.", root.putObject("requires"));
        for (Map.Entry<String, String> entry : query) {
            String key = entry.getKey();
            int dot = key.indexOf('.') + 1;
            ObjectNode group = groups.get(key.substring(0, dot));
            if (key.equals("limits") || groups.containsKey(key + ".")) {
                faults.wrong("the query has " + Faults.shown(key) + ": give each entry by its name, for example "
                        + (key.equals("limits") ? "memory=256MiB" : key + ".NAME=value"));
            } else if (group != null) {
                group.put(key.substring(dot), entry.getValue());
            } else if (!ignored.contains(key)) {
                (LimitFields.NAMES.contains(key) ? limits : root).put(key, entry.getValue());
            }
        }
        query.names().stream()
                .filter(key -> query.getAll(key).size() > 1)
                .forEach(key -> faults.wrong("the query has " + Faults.shown(key) + " "
                        + query.getAll(key).size() + " times: give it once"));
        return root;
    }
}
