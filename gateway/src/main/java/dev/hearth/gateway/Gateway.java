package dev.hearth.gateway;

import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.gateway.cluster.ClusterPort;
import dev.hearth.gateway.cluster.CredentialRoutes;
import dev.hearth.gateway.cluster.DrainRoutes;
import dev.hearth.gateway.cluster.Drains;
import dev.hearth.gateway.cluster.ImageRoutes;
import dev.hearth.gateway.cluster.NodeCounts;
import dev.hearth.gateway.cluster.NodeImages;
import dev.hearth.gateway.cluster.NodeRoutes;
import dev.hearth.gateway.cluster.Nodes;
import dev.hearth.gateway.cluster.TargetRoutes;
import dev.hearth.gateway.destination.SigningSecrets;
import dev.hearth.gateway.destination.WebhookRoutes;
import dev.hearth.gateway.heads.ChangeFeed;
import dev.hearth.gateway.heads.HeadRoutes;
import dev.hearth.gateway.heads.Heads;
import dev.hearth.gateway.http.ApiContract;
import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.http.FunctionRoutes;
import dev.hearth.gateway.http.HttpLimits;
import dev.hearth.gateway.http.MetricsRoute;
import dev.hearth.gateway.http.MetricsSource;
import dev.hearth.gateway.http.SmallDocuments;
import dev.hearth.gateway.image.EngineImages;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.ImageSettings;
import dev.hearth.gateway.image.RegistryAccess;
import dev.hearth.gateway.image.cluster.ClusterImages;
import dev.hearth.gateway.registry.Registry;
import dev.hearth.gateway.registry.RegistrySettings;
import dev.hearth.gateway.registry.SpecReader;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import dev.hearth.gateway.secret.MasterKey;
import dev.hearth.gateway.secret.Vault;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.usage.Usage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The head node's part of a process: composes store, registry, scheduler, calls and HTTP server, top-down. */
public final class Gateway extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final Duration FORGET_CHANGES = Duration.ofMinutes(1);

    private final GatewayConfig config;
    private final NodeConfig node;
    private final MeterRegistry meters;
    private final MetricsSource metrics;
    private final Optional<ClusterPort.Place> cluster;
    private @Nullable Database database;
    private @Nullable EngineImages images;
    private @Nullable EngineStock stock;
    private @Nullable Usage usage;

    /**
     * Not started yet.
     *
     * @param meters where this part registers what it measures
     * @param metrics writes down what all parts of the process measure
     */
    public Gateway(GatewayConfig config, NodeConfig node, MeterRegistry meters, MetricsSource metrics) {
        this(config, node, meters, metrics, Optional.empty());
    }

    /**
     * Not started yet.
     *
     * @param meters where this part registers what it measures
     * @param metrics writes down what all parts of the process measure
     * @param cluster where it takes members of its cluster
     */
    public Gateway(
            GatewayConfig config,
            NodeConfig node,
            MeterRegistry meters,
            MetricsSource metrics,
            Optional<ClusterPort.Place> cluster) {
        this.config = config;
        this.node = node;
        this.meters = meters;
        this.metrics = metrics;
        this.cluster = cluster;
    }

    @Override
    public Future<?> start() {
        Context here = context;
        Future<ApiContract> contract = ApiContract.load(vertx);
        return vertx.executeBlocking(
                        () -> Database.open(config.storeSettings(node.data()).as(name())))
                .compose(opened -> {
                    Database store = Objects.requireNonNull(opened);
                    database = store;
                    Heads heads = new Heads(here, store, name(), config.store().heads());
                    heads.start();
                    return contract.compose(loaded -> compose(new Base(store, heads, loaded), here));
                });
    }

    /** The head's name among those of its cluster. */
    private String name() {
        return cluster.map(place -> place.identity().node()).orElse(StoreSettings.ALONE);
    }

    /** What is there before the rest. */
    private record Base(Database database, Heads heads, ApiContract contract) {}

    private Future<?> compose(Base base, Context here) {
        Database opened = base.database();
        Heads heads = base.heads();
        Drains drains = new Drains(opened);
        Nodes nodes = new Nodes(config.nodeLostAfter().toMillis(), drains::has);
        Vault vault = new Vault(new MasterKey(node.data(), Optional.ofNullable(System.getenv(MasterKey.VARIABLE))));
        RegistryAccess access = new RegistryAccess(opened, vault, InstantSource.system());
        SigningSecrets signing =
                new SigningSecrets(vertx, vault, () -> access.all().map(List::isEmpty));
        EngineStock leaving = new EngineStock(vertx, imageSettings());
        stock = leaving;
        EngineImages engine =
                new EngineImages(vertx, imageSettings(), access, node.data(), RegistryDesk.herald(vertx, leaving));
        images = engine;
        engine.watch(meters);
        ClusterImages shared = new ClusterImages(
                vertx,
                config.images(),
                leaving,
                engine,
                Set.copyOf(node.runtimes().values()),
                meters);
        Registry registry = new Registry(opened, engine, nodes::largest, registrySettings());
        Usage counted = new Usage(here, opened, config.usage(), InstantSource.system());
        usage = counted;
        CallSide side = new CallSide(
                new CallSide.Parts(vertx, here, opened, heads, nodes, registry, counted, signing, meters),
                config,
                scheduler());
        FunctionRoutes functions = new FunctionRoutes(
                vertx,
                registry,
                new SpecReader(registrySettings()),
                httpLimits(),
                config.http().waitMax());
        NodeCounts.register(nodes, meters);
        NodeRoutes nodeRoutes = new NodeRoutes(vertx, here, nodes);
        SmallDocuments documents = new SmallDocuments(vertx, httpLimits());
        ImageRoutes imageRoutes = new ImageRoutes(
                new NodeImages(vertx, here, nodes),
                new ImageRoutes.Sources(engine, shared),
                registry,
                documents,
                imageBounds());
        FrontDoor door = new FrontDoor(vertx, opened, config, node.data(), nodeRoutes::addHealthTo);
        List<Consumer<Router>> routes = List.of(
                base.contract(),
                functions,
                nodeRoutes::addTo,
                new TargetRoutes(nodes::all),
                new DrainRoutes(here, nodes, drains, side::drained),
                new HeadRoutes(heads),
                imageRoutes,
                new CredentialRoutes(access, documents),
                new WebhookRoutes(signing),
                side.routes(),
                counted.routes(),
                new MetricsRoute(vertx, metrics)::addTo,
                door.routes());
        ApiServer server =
                door.guard(new ApiServer(httpLimits(), address(), side.invoke(), routes).beforeStop(side::stop));
        ChangeFeed changes = new ChangeFeed(
                opened,
                new ChangeFeed.Readers(
                        registry::refresh,
                        registry::refresh,
                        door::refreshKeys,
                        () -> drains.refresh(node -> here.runOnContext(ignored -> side.drained(node)))));
        return changes.open()
                .compose(ignored -> door.start())
                .compose(ignored -> registry.start())
                .compose(ignored -> counted.start())
                .compose(ignored -> drains.load())
                .compose(ignored -> {
                    new RegistryDesk(vertx, registry, engine, shared).start();
                    shared.start(registry::allCurrent);
                    return side.start();
                })
                .onSuccess(ignored -> follow(changes, heads))
                .compose(ignored -> vertx.deployVerticle(server, new DeploymentOptions()))
                .compose(ignored -> cluster.map(place ->
                                vertx.deployVerticle(new ClusterPort(place, List.of(shared)), new DeploymentOptions()))
                        .orElse(Future.succeededFuture("")))
                .onSuccess(ignored -> {
                    door.listening(server.port());
                    LOG.info("event=listening host={} port={}", config.http().host(), server.port());
                });
    }

    private void follow(ChangeFeed changes, Heads heads) {
        if (heads.shared()) {
            vertx.setPeriodic(config.store().heads().poll().toMillis(), ignored -> changes.poll());
            vertx.setPeriodic(FORGET_CHANGES.toMillis(), ignored -> changes.forget());
        }
    }

    private SocketAddress address() {
        return SocketAddress.inetSocketAddress(
                config.http().port(), config.http().host());
    }

    private ImageRoutes.Bounds imageBounds() {
        GatewayConfig.Http http = config.http();
        return new ImageRoutes.Bounds(http.imageBytes(), http.stallTimeout(), http.waitMax());
    }

    private ImageSettings imageSettings() {
        NodeConfig.Docker docker = node.docker();
        return new ImageSettings(docker.host(), docker.timeout(), docker.pull(), docker.pulls(), docker.waiting())
                .within(config.images().engine(), config.images().grace());
    }

    private RegistrySettings registrySettings() {
        GatewayConfig.CodeBounds code = config.code();
        ArchiveLimits archive = new ArchiveLimits(code.entries(), code.unpacked(), code.depth());
        return new RegistrySettings(
                node.runtimes(),
                archive,
                config.registry().functions(),
                config.registry().revisions(),
                (int) config.registry().initBytes().value());
    }

    private Scheduler scheduler() {
        SchedulerLimits limits = new SchedulerLimits(
                config.queue().length(),
                config.queue().perFunction(),
                config.scheduling().patience(),
                config.scheduling().refusalBackoff(),
                config.scheduling().fairShare());
        return new Scheduler(limits, PlacementPolicy.named(config.scheduling().policy(), System.nanoTime()));
    }

    private HttpLimits httpLimits() {
        GatewayConfig.Http http = config.http();
        return new HttpLimits(
                Set.copyOf(http.hosts()),
                http.connections(),
                http.headerBytes(),
                config.code().packed(),
                http.uploadBytes(),
                http.uploadReaders(),
                http.idleTimeout(),
                http.pace(),
                http.paceBytes(),
                http.stallTimeout(),
                http.lingerTimeout(),
                http.sendBuffer());
    }

    @Override
    public Future<?> stop() {
        EngineImages engine = images;
        EngineStock leaving = stock;
        Database opened = database;
        Usage counted = usage;
        Future<Void> stored = counted == null ? Future.succeededFuture() : counted.stop();
        return stored.compose(ignored -> vertx.executeBlocking(() -> {
            if (engine != null) {
                engine.close();
            }
            if (leaving != null) {
                leaving.close();
            }
            if (opened != null) {
                opened.close();
            }
            return true;
        }));
    }
}
