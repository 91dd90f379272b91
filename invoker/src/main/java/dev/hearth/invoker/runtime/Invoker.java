package dev.hearth.invoker.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import dev.hearth.common.bus.Batch;
import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.Cleared;
import dev.hearth.common.bus.ContainersQuery;
import dev.hearth.common.bus.GivenUp;
import dev.hearth.common.bus.HeadBeat;
import dev.hearth.common.bus.ImageAhead;
import dev.hearth.common.bus.ImagesQuery;
import dev.hearth.common.bus.LogQuery;
import dev.hearth.common.bus.RevisionGone;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.invoker.InvokerConfig;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.docker.ContainerDirectories;
import dev.hearth.invoker.docker.DockerEngine;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.UidRange;
import dev.hearth.invoker.image.CodeCache;
import dev.hearth.invoker.image.ImageNotes;
import dev.hearth.invoker.network.NodeNetwork;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.pool.StemClass;
import dev.hearth.invoker.tunnel.HeadImages;
import dev.hearth.invoker.tunnel.Tunnel;
import dev.hearth.invoker.tunnel.Upstream;
import dev.hearth.invoker.usage.ProcessorTimes;
import dev.hearth.invoker.usage.UsageReports;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker node's part of a process: composes engine, images, pool and containers, top-down. */
public final class Invoker extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Invoker.class);
    private static final long SWEEP_MILLIS = 10;
    // The kernel counts in ticks of 10 ms.
    private static final long CORES_MILLIS = 50;
    /** A gateway gives up a pull by itself; this much later it is held to be gone. */
    private static final Duration FETCH_SLACK = Duration.ofSeconds(30);

    /** Longer than a gateway on the same machine ever takes; the report goes out again at the next beat. */
    private static final Duration USAGE_PATIENCE = Duration.ofSeconds(2);

    private static final String STARTING = "it is starting";
    private static final Path CORES = Path.of("/proc/stat");

    private final InvokerConfig config;
    private final NodeConfig node;
    private final MeterRegistry registry;
    private final long epoch = System.currentTimeMillis();
    private final Optional<Upstream> upstream;
    private final String monitor;
    private final Condition condition = new Condition();
    private final CoreUse cores = new CoreUse(CORES);
    private @Nullable Parts parts;
    private volatile @Nullable Context loop;

    /** What lives while the verticle does. */
    private record Parts(
            Engine engine,
            BlockingWork files,
            NodeNetwork network,
            Fleet fleet,
            Intake intake,
            LogDesk logs,
            ImageKeeper images,
            NodeReport report,
            EngineWatch watch,
            Heads heads) {}

    /**
     * Not started yet.
     *
     * @param registry where this part registers what it measures
     */
    public Invoker(InvokerConfig config, NodeConfig node, MeterRegistry registry) {
        this(config, node, registry, Optional.empty(), "");
    }

    /**
     * Not started yet.
     *
     * @param registry where this part registers what it measures
     * @param upstream the heads from which a node with an engine of its own takes images
     * @param monitor where others find the metrics of this process, for the gateways to tell; empty for nowhere
     */
    public Invoker(
            InvokerConfig config,
            NodeConfig node,
            MeterRegistry registry,
            Optional<Upstream> upstream,
            String monitor) {
        this.config = config;
        this.node = node;
        this.registry = registry;
        this.upstream = upstream;
        this.monitor = monitor;
    }

    @Override
    public Future<?> start() {
        loop = context;
        InvokerConfig.Files bounds = config.files();
        BlockingWork files =
                new BlockingWork(vertx, "files", new BlockingWork.Bounds(bounds.threads(), bounds.waiting()));
        return openTunnel()
                .compose(way -> CodeCache.open(node.data(), files, Bindings.code(config))
                        .compose(cache -> ImageNotes.open(node.data(), files).map(notes -> {
                            compose(files, new Opened(cache, notes, way));
                            return null;
                        })));
    }

    /** What had to be opened before the rest can be made. */
    private record Opened(CodeCache cache, ImageNotes notes, Optional<Tunnel> tunnel) {}

    private Future<Optional<Tunnel>> openTunnel() {
        return upstream.map(heads ->
                        Tunnel.open(vertx, Bindings.tunnel(config, node, heads)).map(Optional::of))
                .orElse(Future.succeededFuture(Optional.empty()));
    }

    private void compose(BlockingWork files, Opened opened) {
        CodeCache cache = opened.cache();
        RuntimeSettings settings = Bindings.runtime(config, epoch);
        NodeMeters meters = new NodeMeters(registry, node.runtimes().keySet());
        Engine engine =
                new DockerEngine(vertx, URI.create(node.docker().host()), Bindings.engine(node.docker()), registry);
        ContainerDirectories directories = new ContainerDirectories(node.data(), files);
        UidRange uids = new UidRange(config.uids().first(), config.uids().count());
        Cache<RevisionId, Revision> revisions = Intake.memory(config.revisions());
        ImageCatalogue images = new ImageCatalogue(engine);
        Optional<HeadImages> head = opened.tunnel()
                .map(tunnel -> new HeadImages(engine, tunnel, node.docker().pull()));
        head.ifPresent(from -> meters.images(from::received));
        ImageAsk ask = new ImageAsk(vertx.eventBus(), head, fetchPatience());
        ImageKeeper keeper = new ImageKeeper(
                new ImageKeeper.Tools(vertx, engine, images, opened.notes(), meters, ask),
                node.runtimes().values());
        Optional<RuntimeImages> runtimes = head.map(from -> new RuntimeImages(
                vertx, engine, ask, condition, Set.copyOf(node.runtimes().values())));
        CodeDelivery code = new CodeDelivery(vertx, cache);
        InvocationLogs logs = new InvocationLogs(settings.logBytes(), settings.logsBytes(), settings.logTail(), meters);
        Reaper reaper = new Reaper(vertx, engine, settings, condition::doubts);
        NodeNetwork network = new NodeNetwork(vertx, config.network().settings(config.id()));
        Workshop.Tools tools = new Workshop.Tools(
                engine,
                uids,
                new GpuDevices(config.budget().gpus()),
                directories,
                code,
                images,
                revisions,
                network,
                config.bridge());
        Workshop workshop = new Workshop(vertx, settings, tools, reaper);
        List<StemClass> stems = Bindings.stems(config, node);
        String life = Long.toString(settings.epoch(), Character.MAX_RADIX);
        ContainerPool pool = new ContainerPool(Bindings.pool(config, stems), life);
        NodeReport.Sources sources = new NodeReport.Sources(
                pool,
                images,
                config.budget().disk().value(),
                () -> cache.used().value() + pool.imageBytes(),
                meters,
                config.labels(),
                monitor);
        NodeReport report = new NodeReport(vertx, settings, condition, sources);
        NodeOutbox outbox = new NodeOutbox(new GatewayLinks(vertx), report);
        InvokerConfig.Usage usage = config.usage();
        UsageReports reports = new UsageReports(vertx.eventBus(), config.id(), settings.epoch(), USAGE_PATIENCE);
        UsageSampler sampler = new UsageSampler(pool, new ProcessorTimes(usage.cgroups()), files, reports);
        Fleet fleet =
                new Fleet(pool, settings, logs, outbox, new Fleet.Makers(workshop, reaper, keeper, meters, sampler));
        Intake intake = new Intake(vertx.eventBus(), fleet, settings.node(), revisions, ask::seenFromHere);
        LogDesk desk = new LogDesk(fleet, logs, settings.bridgeGrace());
        Adoption adoption = new Adoption(
                vertx,
                settings.node(),
                new Adoption.Parts(
                        engine, directories, uids, fleet, workshop, images, code, revisions, network, stems));
        EngineWatch watch = new EngineWatch(
                vertx,
                engine,
                config.clocks().engineCheck(),
                new EngineWatch.Needs(condition, keeper, adoption, fleet, report, runtimes));
        Heads heads = new Heads(
                vertx.eventBus(), settings, config.clocks().orphanAfter().toMillis(), intake::held, Fleet.now());
        parts = new Parts(engine, files, network, fleet, intake, desk, keeper, report, watch, heads);
        listen(settings);
        watch.begin();
    }

    /** A gateway may have to pull the image itself and to push it before it offers it. */
    private Duration fetchPatience() {
        Duration pull = node.docker().pull();
        return (upstream.isPresent() ? pull.multipliedBy(2) : pull).plus(FETCH_SLACK);
    }

    private void listen(RuntimeSettings settings) {
        vertx.eventBus().consumer(BusAddress.invoker(settings.node()), this::heard);
        vertx.eventBus().consumer(BusAddress.INVOKERS, this::heardAll);
        vertx.setPeriodic(SWEEP_MILLIS, ignored -> running().fleet().sweep());
        vertx.setPeriodic(
                config.network().check().toMillis(),
                ignored -> running().fleet().checkTraffic());
        vertx.setPeriodic(
                config.usage().beat().toMillis(), ignored -> running().fleet().countUsage());
        vertx.setPeriodic(settings.heartbeat().toMillis(), ignored -> lookForHeads());
        vertx.setPeriodic(CORES_MILLIS, ignored -> running().fleet().pool().noCoreIdle(cores.isFull()));
        vertx.setPeriodic(
                settings.heartbeat().toMillis(), ignored -> running().report().beat());
        running().report().beat();
        LOG.info("event=invoker_listening node={}", settings.node().toLowerCase(Locale.ROOT));
    }

    private Parts running() {
        Parts all = parts;
        if (all == null) {
            throw new IllegalStateException("the invoker has not started");
        }
        return all;
    }

    private void heard(Message<BusMessage> message) {
        Parts all = running();
        switch (message.body()) {
            case CallMessage call -> all.intake().heard(call, condition);
            case Batch batch -> batch.each(call -> all.intake().heard(call, condition));
            case LogQuery query -> all.logs().read(query).onSuccess(log -> message.reply(log, BusCodec.options()));
            case ImagesQuery query ->
                message.reply(all.images().report(all.fleet().pool().images()), BusCodec.options());
            case GivenUp givenUp -> {
                abandon(givenUp.gateway());
                clear(givenUp.gateway(), message);
            }
            case ContainersQuery query -> message.reply(all.report().containers(), BusCodec.options());
            default ->
                LOG.warn(
                        "event=unexpected_message type={}",
                        message.body().getClass().getSimpleName());
        }
    }

    private void abandon(String gateway) {
        running().intake().abandon(gateway);
        running().fleet().abandon(gateway);
    }

    /** Answers once no call of that gateway runs here any more. */
    private void clear(String gateway, Message<BusMessage> message) {
        if (!running().intake().held(gateway).isEmpty()) {
            vertx.setTimer(SWEEP_MILLIS, ignored -> clear(gateway, message));
        } else {
            message.reply(new Cleared(config.id(), epoch), BusCodec.options());
        }
    }

    private void lookForHeads() {
        running().heads().silent(Fleet.now()).forEach(this::abandon);
    }

    /** Why the node takes no calls, empty when it does; from any thread, answered by its event loop. */
    public Future<String> fault() {
        Context own = loop;
        if (own == null) {
            return Future.succeededFuture(STARTING);
        }
        Promise<String> told = Promise.promise();
        own.runOnContext(ignored -> told.complete(faultNow()));
        return told.future();
    }

    private String faultNow() {
        Parts all = parts;
        if (all == null) {
            return STARTING;
        }
        String silence = all.heads().any() ? "" : "no gateway is heard";
        return Stream.of(condition.ready() ? "" : condition.reason(), silence)
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.joining("; "));
    }

    private void heardAll(Message<BusMessage> message) {
        switch (message.body()) {
            case RevisionGone gone -> running().fleet().revisionGone(gone.id());
            case ImageAhead coming -> running().images().ahead(coming);
            case HeadBeat beat -> running().heads().heard(beat, Fleet.now());
            default ->
                LOG.warn(
                        "event=unexpected_message type={}",
                        message.body().getClass().getSimpleName());
        }
    }

    /** Takes no more calls and ends those it has; containers stay and wait to be adopted. */
    @Override
    public Future<?> stop() {
        condition.stopping();
        Parts all = parts;
        if (all == null) {
            return Future.succeededFuture();
        }
        all.watch().end();
        all.report().beat();
        all.fleet().shutDown();
        return all.fleet()
                .countUsage()
                .compose(told -> vertx.executeBlocking(() -> {
                    cores.close();
                    all.engine().close();
                    all.files().close();
                    all.network().close();
                    return true;
                }));
    }
}
