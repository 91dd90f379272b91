package dev.hearth.gateway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The form in which the database keeps a {@link FunctionSpec}: plain numbers, so that a stricter rule for users never
 * makes a stored function unreadable, and a field that is missing has its default.
 */
final class SpecDocument {
    private static final JsonMapper JSON = new JsonMapper();

    private SpecDocument() {}

    static String write(FunctionSpec spec) {
        ObjectNode root = JSON.createObjectNode();
        root.put("runtime", spec.runtime())
                .put("image", spec.image())
                .put("handler", spec.handler())
                .put("network", spec.network().word())
                .put("keepAliveMillis", spec.keepAlive().toMillis())
                .put("minWarm", spec.minWarm())
                .put("init", spec.init());
        Limits limits = spec.limits();
        ObjectNode numbers = root.putObject("limits")
                .put("timeoutMillis", limits.timeout().toMillis())
                .put("initMillis", limits.init().toMillis())
                .put("memory", limits.memory().value())
                .put("disk", limits.disk().value())
                .put("ingress", limits.ingress().value())
                .put("egress", limits.egress().value())
                .put("pids", limits.pids())
                .put("concurrency", limits.concurrency());
        limits.cpus().ifPresent(cpus -> numbers.put("cpus", cpus));
        limits.maxContainers().ifPresent(most -> numbers.put("maxContainers", most));
        if (!limits.gpus().isNone()) {
            numbers.put("gpus", limits.gpus().count());
        }
        if (spec.network().fenced()) {
            ArrayNode allow = root.putArray("allow");
            spec.network().allow().forEach(one -> allow.add(one.toString()));
        }
        ObjectNode env = root.putObject("env");
        new TreeMap<>(spec.environment()).forEach(env::put);
        ObjectNode labels = root.putObject("labels");
        new TreeMap<>(spec.labels()).forEach(labels::put);
        if (!spec.requires().isNone()) {
            ObjectNode requires = root.putObject("requires");
            spec.requires().pairs().forEach(requires::put);
        }
        return root.toString();
    }

    static FunctionSpec read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            return new FunctionSpec(
                    root.path("runtime").asText(),
                    root.path("image").asText(),
                    root.path("handler").asText(),
                    limits(root.path("limits")),
                    texts(root.path("env")),
                    network(root),
                    millis(root, "keepAliveMillis", FunctionSpec.DEFAULT_KEEP_ALIVE),
                    root.path("minWarm").asInt(),
                    root.path("init").asText(),
                    texts(root.path("labels")),
                    NodeLabels.of(texts(root.path("requires"))));
        } catch (IOException broken) {
            throw new IllegalStateException("a stored spec is no JSON: " + broken.getMessage(), broken);
        }
    }

    /** It was stored in capitals once. */
    private static Network network(JsonNode root) {
        boolean internet = root.path("network").asText().equalsIgnoreCase(Network.INTERNET.word());
        List<Destination> allow = new ArrayList<>();
        root.path("allow").forEach(one -> allow.add(Destination.parse(one.asText())));
        return new Network(internet, allow);
    }

    private static Limits limits(JsonNode in) {
        Limits base = Limits.DEFAULT;
        return new Limits(
                millis(in, "timeoutMillis", base.timeout()),
                millis(in, "initMillis", base.init()),
                size(in, "memory", base.memory()),
                size(in, "disk", base.disk()),
                size(in, "ingress", base.ingress()),
                size(in, "egress", base.egress()),
                in.has("cpus") ? OptionalDouble.of(in.path("cpus").asDouble()) : base.cpus(),
                in.path("pids").asInt(base.pids()),
                in.path("concurrency").asInt(base.concurrency()),
                in.has("maxContainers")
                        ? OptionalInt.of(in.path("maxContainers").asInt())
                        : base.maxContainers(),
                Gpus.of(in.path("gpus").asInt()));
    }

    private static Duration millis(JsonNode in, String name, Duration otherwise) {
        return Duration.ofMillis(in.path(name).asLong(otherwise.toMillis()));
    }

    private static Bytes size(JsonNode in, String name, Bytes otherwise) {
        return new Bytes(in.path(name).asLong(otherwise.value()));
    }

    private static Map<String, String> texts(JsonNode in) {
        Map<String, String> texts = new LinkedHashMap<>();
        in.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
