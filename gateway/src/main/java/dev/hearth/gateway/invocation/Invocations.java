package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.Batch;
import dev.hearth.common.bus.BeatEcho;
import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.Cleared;
import dev.hearth.common.bus.GivenUp;
import dev.hearth.common.bus.HeadBeat;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.cluster.Nodes;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.scheduler.Scheduler;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects the calls in flight with the bus and the clock; everything runs on one event loop. */
public final class Invocations {
    private static final Logger LOG = LoggerFactory.getLogger(Invocations.class);
    private static final long TICK_MILLIS = 50;

    // The age of the oldest call looks at every revision that waits.
    private static final long SAMPLE_MILLIS = 500;

    private final Vertx vertx;
    private final Context context;
    private final Nodes nodes;
    private final Calls calls;
    private final CallSettings settings;
    private final CallMeters meters;
    private final Set<String> clearing = new HashSet<>();

    /**
     * Not listening yet.
     *
     * @param context the event loop of calls and nodes
     */
    public Invocations(Context context, Nodes nodes, Scheduler scheduler, CallSettings settings, CallMeters meters) {
        this.vertx = context.owner();
        this.context = context;
        this.nodes = nodes;
        this.settings = settings;
        this.meters = meters;
        this.calls = new Calls(scheduler, new CallBus(vertx), settings, meters, new Completions());
    }

    /** Begins to listen; to be called on the context. */
    public void start() {
        vertx.eventBus().consumer(BusAddress.gateway(settings.gateway()), this::heardOfCall);
        vertx.eventBus().consumer(BusAddress.NODES, this::heardOfNode);
        vertx.setPeriodic(TICK_MILLIS, ignored -> tick());
        vertx.setPeriodic(settings.beat().toMillis(), ignored -> beat());
        beat();
        vertx.setPeriodic(SAMPLE_MILLIS, ignored -> calls.sample());
    }

    private void heardOfCall(Message<BusMessage> message) {
        switch (message.body()) {
            case CallMessage call -> calls.heard(call);
            case Batch batch -> batch.each(calls::heard);
            case BeatEcho echo -> {
                nodes.echoed(echo, now());
                calls.echoed(echo);
            }
            default ->
                LOG.warn(
                        "event=unexpected_message type={}",
                        message.body().getClass().getSimpleName());
        }
    }

    private void beat() {
        vertx.eventBus().publish(BusAddress.INVOKERS, new HeadBeat(settings.gateway(), now()), BusCodec.options());
    }

    private void heardOfNode(Message<BusMessage> message) {
        if (message.body() instanceof NodeStatus status) {
            switch (nodes.heard(status, now())) {
                case NONE -> {}
                case NEWS -> calls.node(status, nodes.drained(status.node()));
                case REBORN -> {
                    calls.nodeLost(status.node(), "its invoker began a new life");
                    calls.node(status, nodes.drained(status.node()));
                }
                case GIVEN_UP -> clear(status.node());
            }
        }
    }

    /** The node must end the calls of this gateway, which have been answered or begun elsewhere, before it gets others. */
    private void clear(String node) {
        if (!clearing.add(node)) {
            return;
        }
        LOG.info("event=node_heard_again node={} reason=\"it was given up and is to end its calls first\"", node);
        vertx.eventBus()
                .<BusMessage>request(BusAddress.invoker(node), new GivenUp(settings.gateway()), BusCodec.options())
                .onComplete(answer -> {
                    clearing.remove(node);
                    if (answer.succeeded() && answer.result().body() instanceof Cleared cleared) {
                        nodes.cleared(cleared.node(), cleared.epoch());
                        LOG.info("event=node_cleared node={}", node);
                    } else {
                        LOG.warn(
                                "event=node_not_cleared node={} reason=\"{}\"",
                                node,
                                answer.failed() ? answer.cause().getMessage() : "another answer");
                    }
                });
    }

    /** The node was drained or takes calls again; to be called on the context. */
    public void drained(String node) {
        nodes.find(node).ifPresent(heard -> calls.node(heard.status(), nodes.drained(node)));
    }

    private void tick() {
        for (String lost : nodes.lost(now())) {
            LOG.warn("event=node_lost node={}", lost);
            calls.nodeLost(lost, "it has been silent for too long (gateway.node-lost-after)");
        }
        calls.tick();
    }

    /** Takes calls; to be used on the context only. */
    public Consumer<NewCall> intake() {
        return calls::submit;
    }

    /** The function was deleted: nothing is measured of it any more; from any thread. */
    public void deleted(FunctionName function) {
        context.runOnContext(ignored -> meters.forget(function));
    }

    /** Ends a call that is in flight; false when none is. To be used on the context only. */
    public Predicate<InvocationId> cancels() {
        return calls::cancel;
    }

    /** How fast calls run now; to be used on the context only. */
    public Pace paceNow() {
        return calls.pace();
    }

    /** How fast calls run now; from any thread. */
    public Future<Pace> pace() {
        Promise<Pace> told = Promise.promise();
        context.runOnContext(ignored -> told.complete(calls.pace()));
        return told.future();
    }

    /** The records of those of these that are in memory, in flight or ended; to be used on the context only. */
    public List<InvocationRecord> inMemory(Collection<InvocationId> ids) {
        return ids.stream().flatMap(id -> calls.find(id).stream()).toList();
    }

    /** The newest of those in memory; to be used on the context only. */
    public List<InvocationRecord> inMemory(RecordFilter filter) {
        return calls.newest(filter);
    }

    /** Who hears of the ends of invocations; to be used on the context only. */
    public Completions completions() {
        return calls.completions();
    }

    /**
     * The routes of records.
     *
     * @param archive records that are on disk
     * @param bodies reads lists of invocations
     */
    public InvocationRoutes routes(Archive archive, NodeLogs logs, BodyReader bodies, WaitBounds bounds) {
        WaitRoutes waits = new WaitRoutes(vertx, context, calls, archive, bodies, bounds);
        return new InvocationRoutes(
                new InvocationRoutes.Sources(vertx, context, calls, archive, logs, waits), settings, bounds.most());
    }

    /**
     * Answers every call that it has and refuses those to come; from any thread.
     *
     * @param first done before that, on the context
     */
    public Future<Void> stop(Runnable first) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(ignored -> {
            first.run();
            calls.shutDown();
            done.complete();
        });
        return done.future();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
