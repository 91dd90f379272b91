package dev.hearth.gateway.cluster;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ContainersQuery;
import dev.hearth.common.bus.ContainersReply;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Health;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** {@code /v1/nodes} and {@code /health}: what the nodes have and whether calls can be taken. */
public final class NodeRoutes {
    private static final long MIB = 1L << 20;
    private static final String ID = "sha256:";

    private final Vertx vertx;
    private final Context context;
    private final Nodes nodes;

    /**
     * Routes over these nodes.
     *
     * @param context the event loop that owns the nodes
     */
    public NodeRoutes(Vertx vertx, Context context, Nodes nodes) {
        this.vertx = vertx;
        this.context = context;
        this.nodes = nodes;
    }

    public void addTo(Router router) {
        router.get("/v1/nodes").handler(c -> all(heard -> nodes(heard).send(c.request())));
        router.get("/v1/nodes/:id/containers").handler(this::containers);
        addHealthTo(router);
    }

    /** Whether the process lives and calls can be taken, alone. */
    public void addHealthTo(Router router) {
        router.get("/health/live").handler(c -> Health.live().send(c.request()));
        router.get("/health/ready")
                .handler(c -> all(heard -> ready(heard).reply().send(c.request())));
    }

    private void all(Consumer<Collection<Nodes.Heard>> then) {
        context.runOnContext(ignored -> then.accept(nodes.all()));
    }

    private Health ready(Collection<Nodes.Heard> heard) {
        StringBuilder reasons = new StringBuilder();
        for (Nodes.Heard one : heard) {
            boolean drained = nodes.drained(one.status().node());
            if (one.status().ready() && !drained) {
                return Health.READY;
            }
            reasons.append(reasons.isEmpty() ? "" : "; ")
                    .append("node ")
                    .append(one.status().node())
                    .append(": ")
                    .append(one.status().ready() ? "drained" : one.status().reason());
        }
        return Health.notReady(reasons.isEmpty() ? "no invoker has been heard of" : reasons.toString());
    }

    private Reply nodes(Collection<Nodes.Heard> heard) {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable(
                "NODE",
                "READY",
                "CORES",
                "SLOTS",
                "MEMORY MIB",
                "SCRATCH MIB",
                "DISK MIB",
                "GPUS",
                "LABELS",
                "CONTAINERS");
        for (Nodes.Heard one : heard) {
            NodeStatus s = one.status();
            boolean drained = nodes.drained(s.node());
            all.add(json(s).put("drained", drained));
            table.row(
                    s.node(),
                    word(s, drained),
                    s.cores(),
                    s.slots().used() + "/" + s.slots().capacity(),
                    mib(s.memory()),
                    mib(s.scratch()),
                    mib(s.disk()),
                    s.gpus().used() + "/" + s.gpus().capacity(),
                    s.labels().isNone() ? "-" : String.join(",", s.labels().texts()),
                    s.containers());
        }
        return new Reply(200, new JsonObject().put("nodes", all), table.toString());
    }

    private static String word(NodeStatus s, boolean drained) {
        if (!s.ready()) {
            return "no: " + s.reason();
        }
        return drained ? "no: drained" : "yes";
    }

    private static JsonObject json(NodeStatus s) {
        JsonObject labels = new JsonObject();
        s.labels().pairs().forEach(labels::put);
        JsonObject containers = new JsonObject();
        s.containers().forEach(containers::put);
        JsonObject stems = new JsonObject();
        s.stems().forEach(stems::put);
        return new JsonObject()
                .put("id", s.node())
                .put("ready", s.ready())
                .put("reason", s.reason().isEmpty() ? null : s.reason())
                .put("cores", s.cores())
                .put("idleCores", Math.max(0, s.cores() - s.slots().used()))
                .put("slots", gauge(s.slots()))
                .put("memory", gauge(s.memory()))
                .put("scratch", gauge(s.scratch()))
                .put("disk", gauge(s.disk()))
                .put("gpus", gauge(s.gpus()))
                .put("labels", labels)
                .put("containers", containers)
                .put("stems", stems)
                .put("images", new JsonArray(references(s)))
                .put("startedAt", Instant.ofEpochMilli(s.epoch()).toString());
    }

    /** By their names alone: an id beside them would tell people nothing. */
    private static List<String> references(NodeStatus s) {
        return s.images().stream().filter(name -> !name.startsWith(ID)).toList();
    }

    private static JsonObject gauge(Gauge gauge) {
        return new JsonObject()
                .put("capacity", gauge.capacity())
                .put("used", gauge.used())
                .put("free", gauge.free());
    }

    private static String mib(Gauge gauge) {
        return gauge.used() / MIB + "/" + gauge.capacity() / MIB;
    }

    private void containers(RoutingContext c) {
        String id = Objects.requireNonNullElse(c.pathParam("id"), "");
        context.runOnContext(ignored -> {
            if (nodes.find(id).isEmpty()) {
                ErrorAnswer.of(ErrorCode.NOT_FOUND, "no node " + id + ": see GET /v1/nodes")
                        .send(c.request());
                return;
            }
            vertx.eventBus()
                    .<BusMessage>request(BusAddress.invoker(id), new ContainersQuery(), BusCodec.options())
                    .onComplete(answer -> {
                        if (answer.succeeded() && answer.result().body() instanceof ContainersReply reply) {
                            containers(reply).send(c.request());
                        } else {
                            ErrorAnswer.of(ErrorCode.NODE_LOST, "node " + id + " does not answer")
                                    .send(c.request());
                        }
                    });
        });
    }

    private static Reply containers(ContainersReply reply) {
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("CONTAINER", "STATE", "RUNTIME", "FUNCTION", "MEMORY", "CALLS", "SINCE");
        for (ContainersReply.Entry e : reply.containers()) {
            String since = Instant.ofEpochMilli(e.since()).toString();
            all.add(new JsonObject()
                    .put("id", e.id())
                    .put("state", e.state())
                    .put("runtime", e.runtime())
                    .put("function", e.function().isEmpty() ? null : e.function())
                    .put("memory", e.memory())
                    .put("calls", e.calls())
                    .put("since", since));
            table.row(e.id(), e.state(), e.runtime(), e.function(), new Bytes(e.memory()), e.calls(), since);
        }
        return new Reply(200, new JsonObject().put("containers", all), table.toString());
    }
}
