package dev.hearth.gateway.cluster;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToLongFunction;

/** What is measured of the nodes as this gateway sees them; read by other threads. */
public final class NodeCounts {
    private NodeCounts() {}

    public static void register(Nodes nodes, MeterRegistry meters) {
        gauge(nodes, meters, "ready", all -> all.count(heard -> heard.ready() && !all.drained(heard.node())));
        gauge(nodes, meters, "not_ready", all -> all.count(heard -> !heard.ready() && !all.drained(heard.node())));
        gauge(nodes, meters, "drained", all -> all.count(heard -> all.drained(heard.node())));
        gauge(nodes, meters, "given_up", Nodes::missed);
        FunctionCounter.builder("hearth.nodes.lost", nodes, Nodes::losses)
                .description("Times that a node was silent for too long and was given up.")
                .register(meters);
    }

    private static void gauge(Nodes nodes, MeterRegistry meters, String state, ToLongFunction<Nodes> count) {
        Gauge.builder("hearth.nodes", nodes, all -> (double) count.applyAsLong(all))
                .description("Nodes by state, as this head sees them; a drained one that has gone is in none of them.")
                .tag("state", state)
                .register(meters);
    }
}
