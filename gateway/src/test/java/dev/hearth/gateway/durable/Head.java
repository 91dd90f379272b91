package dev.hearth.gateway.durable;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Cancel;
import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.LogReply;
import dev.hearth.common.bus.NodeStatus;
import dev.hearth.common.bus.NodeStatus.Gauge;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.cluster.Nodes;
import dev.hearth.gateway.invocation.CallMeters;
import dev.hearth.gateway.invocation.CallSettings;
import dev.hearth.gateway.invocation.Callables;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.Invocations;
import dev.hearth.gateway.invocation.Kept.Event;
import dev.hearth.gateway.invocation.NodeLogs;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One life of a head with a real database, real calls and a real scheduler; the test plays the node. */
final class Head implements AutoCloseable {
    static final Revision REVISION = new Revision(
            new RevisionId(new SortableId(2, 1)),
            FunctionName.inDefault("f"),
            1,
            "python3",
            "hearth/python3",
            "sha256:0",
            ImageSource.NONE,
            "",
            Code.NONE,
            Map.of(),
            Limits.DEFAULT,
            Network.NONE,
            Duration.ofMinutes(1),
            0,
            "",
            NodeLabels.NONE);

    final Vertx vertx = Vertx.vertx();
    final Database database;
    final BlockingQueue<Dispatch> dispatches = new LinkedBlockingQueue<>();
    final BlockingQueue<Cancel> cancels = new LinkedBlockingQueue<>();
    final Map<RevisionId, Revision> revisions = new ConcurrentHashMap<>(Map.of(REVISION.id(), REVISION));
    final Durable durable;
    private final Context loop = vertx.getOrCreateContext();
    private final Invocations invocations;
    private final long epoch = System.currentTimeMillis();
    private long statuses;

    static DurableSettings settings(int window) {
        return new DurableSettings(
                1_000,
                900,
                window,
                100,
                Bytes.ofKiB(1),
                100,
                2,
                100,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofDays(30),
                5,
                Duration.ofDays(7),
                100_000,
                Duration.ofDays(1),
                SyncKeep.FAILED,
                10);
    }

    Head(Database database, int window) {
        this.database = database;
        BusCodec.register(vertx.eventBus(), true);
        vertx.eventBus().<BusMessage>consumer(BusAddress.invoker("n"), message -> {
            switch (message.body()) {
                case Dispatch dispatch -> dispatches.add(dispatch);
                case Cancel cancel -> cancels.add(cancel);
                case LogQuery query ->
                    message.reply(
                            new LogReply(
                                    true, true, 0, List.of(new LogReply.Line(1, false, "attempt " + query.attempt()))),
                            BusCodec.options());
                default -> {}
            }
        });
        Scheduler scheduler = new Scheduler(SchedulerLimits.DEFAULT, PlacementPolicy.named("fcfs", 1));
        CallSettings settings = new CallSettings(
                InvocationId.next().toString(),
                epoch,
                Duration.ofSeconds(1),
                100,
                1 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                2,
                Duration.ofMillis(100));
        invocations = new Invocations(
                loop,
                new Nodes(60_000, node -> false),
                scheduler,
                settings,
                new CallMeters(new SimpleMeterRegistry(), 10, name -> true, ended -> {}));
        Callables callables = new Callables() {
            @Override
            public Optional<Revision> current(FunctionName name) {
                return revisions.values().stream()
                        .filter(revision -> revision.function().equals(name))
                        .findFirst();
            }

            @Override
            public Optional<Future<Revision>> awaited(FunctionName name) {
                return Optional.empty();
            }
        };
        durable = new Durable(
                new Durable.Parts(
                        loop,
                        database,
                        invocations,
                        callables,
                        id -> Future.succeededFuture(Optional.ofNullable(revisions.get(id))),
                        new NodeLogs(vertx, Duration.ofSeconds(2)),
                        Outbox.NOWHERE,
                        new SimpleMeterRegistry()),
                settings(window));
        on(() -> {
            invocations.start();
            return durable.start();
        });
    }

    <T> T on(Supplier<Future<T>> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(ignored -> {
            try {
                action.get().onComplete(done);
            } catch (Throwable failed) {
                done.fail(failed);
            }
        });
        return Await.of(done.future());
    }

    /** The node says that it has so many slots. */
    void slots(int slots) {
        Gauge room = new Gauge(1L << 40, 0);
        NodeStatus status = new NodeStatus(
                "n",
                1,
                ++statuses,
                true,
                "",
                2,
                new Gauge(slots, 0),
                room,
                room,
                room,
                room.capacity(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                NodeLabels.NONE,
                new Gauge(0, 0),
                "");
        vertx.eventBus().publish(BusAddress.NODES, status, BusCodec.options());
    }

    Accepted accept(NewInvocation call) {
        return on(() -> durable.calls().accept(call));
    }

    Accepted accept(String body) {
        return accept(call(body, terms(2, 1), 0, ""));
    }

    static Terms terms(int retries, long backoffMillis) {
        return new Terms(0, retries, backoffMillis, "", "", Optional.empty());
    }

    static NewInvocation call(String body, Terms terms, long delayMillis, String key) {
        long now = System.currentTimeMillis();
        return new NewInvocation(
                InvocationId.next(),
                REVISION,
                new Event("text/plain", Buffer.buffer("a: b\n"), Buffer.buffer(body)),
                now,
                now + delayMillis,
                delayMillis,
                0,
                terms,
                key);
    }

    Dispatch dispatched() throws InterruptedException {
        Dispatch dispatch = dispatches.poll(20, TimeUnit.SECONDS);
        if (dispatch == null) {
            throw new AssertionError("nothing was dispatched");
        }
        return dispatch;
    }

    void answer(Dispatch dispatch, String body) {
        ends(dispatch, new CallResult.Answered("text/plain", body.length(), Buffer.buffer(body), false));
    }

    void ends(Dispatch dispatch, CallResult result) {
        Outcome outcome = new Outcome(
                dispatch.id(),
                dispatch.attempt(),
                dispatch.epoch(),
                "n",
                result,
                StartKind.WARM,
                new Timings(0, 0, 0, 0, 5_000),
                System.currentTimeMillis(),
                "");
        send(dispatch, outcome);
    }

    void send(Dispatch dispatch, BusMessage message) {
        vertx.eventBus().send(BusAddress.gateway(dispatch.replyTo()), message, BusCodec.options());
    }

    /** Its record when it has ended. */
    InvocationRecord ended(InvocationId id) {
        Promise<InvocationRecord> done = Promise.promise();
        on(() -> {
            invocations.completions().listen(id, done::tryComplete);
            return Future.succeededFuture();
        });
        record(id).filter(record -> !record.outcome().isEmpty()).ifPresent(done::tryComplete);
        return Await.of(done.future());
    }

    Optional<InvocationRecord> record(InvocationId id) {
        return Optional.ofNullable(Await.of(durable.find(List.of(id))).get(id));
    }

    /** As a kill leaves it: nothing is written any more. */
    @Override
    public void close() {
        database.close();
        Await.of(vertx.close());
    }
}
