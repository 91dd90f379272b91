package dev.hearth.invoker.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallResult;
import dev.hearth.common.bus.Outcome;
import dev.hearth.common.bus.Refused;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.docker.ContainerDirectories;
import dev.hearth.invoker.docker.UidRange;
import dev.hearth.invoker.image.CodeCache;
import dev.hearth.invoker.image.CodeSettings;
import dev.hearth.invoker.image.ImageNotes;
import dev.hearth.invoker.network.NetworkSettings;
import dev.hearth.invoker.network.NodeNetwork;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.pool.EvictionPolicy;
import dev.hearth.invoker.pool.PoolLimits;
import dev.hearth.invoker.pool.Sharing;
import dev.hearth.invoker.pool.StemClass;
import dev.hearth.invoker.pool.StemGrowth;
import dev.hearth.invoker.usage.ProcessorTimes;
import dev.hearth.invoker.usage.UsageReports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** All parts of an invoker but the engine, which is a {@link FakeEngine}; the test plays containers and gateway. */
final class FakeInvoker {
    static final String NODE = "node";
    /** As large as the node, and none is kept without being found. */
    static final StemClass CELL =
            new StemClass("python3", "hearth/python3:latest", Bytes.ofMiB(128), false, Bytes.ofMiB(16), 0);

    private static final int WAIT_SECONDS = 20;

    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    final FakeEngine engine = new FakeEngine();
    final Condition condition = new Condition();
    final BlockingQueue<BusMessage> told = new LinkedBlockingQueue<>();
    final Cache<RevisionId, Revision> revisions = Intake.memory(10);
    final UidRange uids = new UidRange(200_000, 2);
    final ContainerDirectories directories;
    final Reaper reaper;
    final Workshop workshop;
    final Fleet fleet;
    final LogDesk desk;
    final Path cgroups;
    final Intake intake;
    final Adoption adoption;
    final EngineWatch watch;
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingWork files = new BlockingWork(vertx, "files", new BlockingWork.Bounds(2, 100));

    FakeInvoker(Path data) throws Exception {
        cgroups = data.resolve("cgroups");
        BusCodec.register(vertx.eventBus(), true);
        vertx.eventBus().<BusMessage>consumer(BusAddress.gateway("gateway"), message -> told.add(message.body()));
        CodeCache cache = await(CodeCache.open(data, files, CodeSettings.DEFAULT));
        RuntimeSettings settings = settings();
        NodeMeters meters = new NodeMeters(new SimpleMeterRegistry(), List.of("python3"));
        directories = new ContainerDirectories(data, files);
        ImageCatalogue images = new ImageCatalogue(engine);
        ImageNotes notes = await(ImageNotes.open(data, files));
        ImageAsk ask = new ImageAsk(vertx.eventBus(), Optional.empty(), Duration.ofSeconds(10));
        ImageKeeper keeper = new ImageKeeper(
                new ImageKeeper.Tools(vertx, engine, images, notes, meters, ask), List.of("hearth/python3:latest"));
        CodeDelivery delivery = new CodeDelivery(vertx, cache);
        reaper = new Reaper(vertx, engine, settings, condition::doubts);
        NodeNetwork network = new NodeNetwork(vertx, noNetwork());
        workshop = new Workshop(
                vertx,
                settings,
                new Workshop.Tools(
                        engine,
                        uids,
                        new GpuDevices(0),
                        directories,
                        delivery,
                        images,
                        revisions,
                        network,
                        Path.of("/nowhere/bridge")),
                reaper);
        ContainerPool pool = new ContainerPool(limits(), "a");
        NodeReport report = new NodeReport(
                vertx,
                settings,
                condition,
                new NodeReport.Sources(pool, images, 1 << 30, () -> 0, meters, NodeLabels.NONE, ""));
        InvocationLogs logs = new InvocationLogs(1 << 16, 1 << 20, 20, meters);
        NodeOutbox outbox = new NodeOutbox(new GatewayLinks(vertx), report);
        UsageReports reports = new UsageReports(vertx.eventBus(), NODE, 1, Duration.ofSeconds(1));
        UsageSampler usage = new UsageSampler(pool, new ProcessorTimes(cgroups), files, reports);
        fleet = new Fleet(pool, settings, logs, outbox, new Fleet.Makers(workshop, reaper, keeper, meters, usage));
        desk = new LogDesk(fleet, logs, Duration.ofSeconds(1));
        intake = new Intake(vertx.eventBus(), fleet, NODE, revisions, ask::seenFromHere);
        adoption = new Adoption(
                vertx,
                NODE,
                new Adoption.Parts(
                        engine,
                        directories,
                        uids,
                        fleet,
                        workshop,
                        images,
                        delivery,
                        revisions,
                        network,
                        List.of(CELL)));
        watch = new EngineWatch(
                vertx,
                engine,
                Duration.ofMillis(1),
                new EngineWatch.Needs(condition, keeper, adoption, fleet, report, Optional.empty()));
    }

    private static NetworkSettings noNetwork() {
        Duration second = Duration.ofSeconds(1);
        NetworkSettings.Bounds bounds = new NetworkSettings.Bounds(1, 1, 1, second, second, 1, second);
        return new NetworkSettings(
                false, NODE, NetworkSettings.blockOf(NODE), List.of(), List.of(), second, second, bounds);
    }

    private static RuntimeSettings settings() {
        Duration second = Duration.ofSeconds(1);
        return new RuntimeSettings(
                NODE,
                1,
                BusAddress.WINDOW,
                second,
                second,
                second,
                second,
                Duration.ofMillis(1),
                2,
                1 << 16,
                1 << 20,
                20,
                second,
                Duration.ofMillis(1),
                second);
    }

    /** Room for two containers of the sample revision. */
    private static PoolLimits limits() {
        return new PoolLimits(
                Bytes.ofMiB(128),
                Bytes.ofMiB(32),
                Bytes.ofMiB(256),
                10,
                2,
                new Sharing(3, Duration.ofMillis(2), Duration.ofMillis(10)),
                List.of(CELL),
                StemGrowth.NONE,
                EvictionPolicy.LRU,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Does something on the event loop that owns the parts. */
    void on(Runnable action) throws Exception {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(v -> Future.<Void>future(promise -> {
                    action.run();
                    promise.complete();
                })
                .onComplete(done));
        await(done.future());
    }

    /** Whether the container is there and does not leave. */
    boolean soundIn(String container) throws Exception {
        boolean[] sound = new boolean[1];
        on(() -> {
            LiveContainer live = fleet.find(new ContainerId(container));
            sound[0] = live != null && live.sound();
        });
        return sound[0];
    }

    /** What the gateway is told next. */
    CallMessage told() throws InterruptedException {
        BusMessage next = told.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (next instanceof CallMessage call) {
            return call;
        }
        throw new AssertionError("the gateway was told " + next);
    }

    /** The same, when it is an outcome that failed or a refusal: code and sentence. */
    String failure() throws InterruptedException {
        return switch (told()) {
            case Refused refused -> "refused: " + refused.reason();
            case Outcome o
            when o.result() instanceof CallResult.Failed failed ->
                failed.failure().code() + ": " + failed.failure().message();
            case CallMessage other -> throw new AssertionError("no failure: " + other);
        };
    }

    /** Waits until the engine is asked for this; skips what it is asked for before. */
    void asked(String what) throws InterruptedException {
        String next = "";
        while (!next.equals(what)) {
            next = engine.asked.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the engine was never asked: " + what);
            }
        }
    }

    void close() throws Exception {
        on(watch::end);
        files.close();
        await(vertx.close());
    }
}
