package dev.hearth.gateway;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.cluster.Nodes;
import dev.hearth.gateway.destination.Deliveries;
import dev.hearth.gateway.destination.SigningSecrets;
import dev.hearth.gateway.durable.Durable;
import dev.hearth.gateway.heads.Heads;
import dev.hearth.gateway.http.BodyBudget;
import dev.hearth.gateway.http.BodyReader;
import dev.hearth.gateway.invocation.CallMeters;
import dev.hearth.gateway.invocation.CallSettings;
import dev.hearth.gateway.invocation.Callables;
import dev.hearth.gateway.invocation.InvocationRoutes;
import dev.hearth.gateway.invocation.Invocations;
import dev.hearth.gateway.invocation.InvokeEndpoint;
import dev.hearth.gateway.invocation.NodeLogs;
import dev.hearth.gateway.invocation.WaitBounds;
import dev.hearth.gateway.registry.Registry;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.usage.Usage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.function.Consumer;

/** The part of the gateway that takes calls: composes those that a client waits for, those that nobody waits for, and their ends. */
final class CallSide {
    private static final Bytes WAIT_LISTS = Bytes.ofMiB(16);

    /** So that some may be late or lost before a node counts as lost. */
    private static final int BEATS_UNTIL_LOST = 5;

    /** In a JSON document, with quotes, comma and some blanks. */
    private static final long BYTES_OF_AN_ID = 40;

    private final Parts parts;
    private final GatewayConfig config;
    private final Invocations calls;
    private final Durable durable;
    private final Deliveries deliveries;
    private final DestinationDesk desk;
    private final HeadDesk others;
    private final NodeLogs logs;
    private final BodyReader events;
    private final Callables callables;

    /**
     * What it is composed of.
     *
     * @param here the event loop of calls and nodes
     */
    record Parts(
            Vertx vertx,
            Context here,
            Database database,
            Heads heads,
            Nodes nodes,
            Registry registry,
            Usage usage,
            SigningSecrets signing,
            MeterRegistry meters) {}

    CallSide(Parts parts, GatewayConfig config, Scheduler scheduler) {
        this.parts = parts;
        this.config = config;
        this.events = events();
        this.callables = callables(parts.registry());
        CallMeters callMeters = new CallMeters(
                parts.meters(),
                config.meteredFunctions(),
                name -> parts.registry().current(name).isPresent(),
                parts.usage()::ended);
        this.calls = new Invocations(parts.here(), parts.nodes(), scheduler, callSettings(), callMeters);
        this.logs = new NodeLogs(parts.vertx(), config.records().logPatience());
        this.deliveries = new Deliveries(
                new Deliveries.Ports(
                        parts.vertx(), parts.here(), parts.database(), parts.signing(), this::calledByAnEnd),
                config.deliveries());
        this.desk = new DestinationDesk(deliveries);
        this.durable = new Durable(
                new Durable.Parts(
                        parts.here(),
                        parts.database(),
                        calls,
                        callables,
                        parts.registry()::revision,
                        logs,
                        desk,
                        parts.meters()),
                config.async().durable());
        this.others = new HeadDesk(parts.here(), parts.heads(), calls, durable, deliveries);
    }

    private Future<InvocationId> calledByAnEnd(
            FunctionName function, InvocationId parent, String contentType, Buffer event, String key) {
        return durable.accept(function, contentType, event, key, Optional.of(parent));
    }

    /** A node was drained or takes calls again; to be called on the event loop of calls. */
    void drained(String node) {
        calls.drained(node);
    }

    /** The warm path's own entrance. */
    InvokeEndpoint invoke() {
        return new InvokeEndpoint(new InvokeEndpoint.Ports(
                events,
                new BodyBudget(config.http().answerBytes(), "gateway.answer-bytes"),
                callables,
                config.queue().length(),
                calls.intake(),
                parts.here(),
                config.queue().timeout(),
                config.queue().timeoutMax()));
    }

    Consumer<Router> routes() {
        InvocationRoutes records = calls.routes(others.archive(), logs, waitLists(), waitBounds());
        Consumer<Router> others = durable.routes(
                events,
                records,
                desk::checked,
                config.queue().timeout(),
                config.http().waitMax());
        return router -> {
            records.addTo(router);
            others.accept(router);
        };
    }

    /** Takes calls; to be called on the event loop of calls. */
    Future<Void> start() {
        parts.registry().onChange(change -> {
            if (change.now().isEmpty()) {
                calls.deleted(change.function());
            }
        });
        calls.start();
        return durable.start().onSuccess(ignored -> {
            deliveries.start();
            others.start(config.store().heads().poll());
        });
    }

    /** Answers everybody who waits. */
    Future<Void> stop() {
        return calls.stop(durable::stop).compose(ignored -> deliveries.stop());
    }

    private BodyReader events() {
        GatewayConfig.Http http = config.http();
        // On its way to the container one window is copied for the bus, and one for the container's socket.
        return new BodyReader(
                parts.vertx(),
                new BodyReader.Rules(
                        new BodyBudget(http.bodyBytes(), "gateway.body-bytes"),
                        new Bytes(2L * BusAddress.WINDOW),
                        http.pace(),
                        http.paceBytes()));
    }

    /** Reads lists of invocations to wait for. */
    private BodyReader waitLists() {
        GatewayConfig.Http http = config.http();
        BodyBudget budget = new BodyBudget(WAIT_LISTS, "memory for lists of invocations");
        return new BodyReader(parts.vertx(), new BodyReader.Rules(budget, Bytes.ZERO, http.pace(), http.paceBytes()));
    }

    private WaitBounds waitBounds() {
        GatewayConfig.Async async = config.async();
        Bytes list = new Bytes(BYTES_OF_AN_ID * (async.waitIds() + 32L));
        return new WaitBounds(async.waiters(), async.waitIds(), config.http().waitMax(), async.heartbeat(), list);
    }

    private static Callables callables(Registry registry) {
        return new Callables() {
            @Override
            public Optional<Revision> current(FunctionName name) {
                return registry.current(name);
            }

            @Override
            public Optional<Future<Revision>> awaited(FunctionName name) {
                return registry.awaited(name);
            }
        };
    }

    private CallSettings callSettings() {
        return new CallSettings(
                InvocationId.next().toString(),
                System.currentTimeMillis(),
                config.nodeLostAfter().dividedBy(BEATS_UNTIL_LOST),
                config.records().count(),
                config.records().bytes().value(),
                config.dispatchSlack(),
                config.startBudget(),
                config.records().followers(),
                config.records().followBeat());
    }
}
