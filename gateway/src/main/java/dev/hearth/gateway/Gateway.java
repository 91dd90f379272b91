package dev.hearth.gateway;

import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.gateway.cluster.CredentialRoutes;
import dev.hearth.gateway.cluster.ImageRoutes;
import dev.hearth.gateway.cluster.NodeImages;
import dev.hearth.gateway.cluster.NodeRoutes;
import dev.hearth.gateway.cluster.Nodes;
import dev.hearth.gateway.destination.SigningSecrets;
import dev.hearth.gateway.destination.WebhookRoutes;
import dev.hearth.gateway.http.ApiContract;
import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.http.FunctionRoutes;
import dev.hearth.gateway.http.HttpLimits;
import dev.hearth.gateway.http.MetricsRoute;
import dev.hearth.gateway.http.MetricsSource;
import dev.hearth.gateway.http.SmallDocuments;
import dev.hearth.gateway.image.EngineImages;
import dev.hearth.gateway.image.ImageSettings;
import dev.hearth.gateway.image.RegistryAccess;
import dev.hearth.gateway.registry.Registry;
import dev.hearth.gateway.registry.RegistrySettings;
import dev.hearth.gateway.registry.SpecReader;
import dev.hearth.gateway.scheduler.PlacementPolicy;
import dev.hearth.gateway.scheduler.Scheduler;
import dev.hearth.gateway.scheduler.SchedulerLimits;
import dev.hearth.gateway.secret.MasterKey;
import dev.hearth.gateway.secret.Vault;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.usage.Usage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
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

    private final GatewayConfig config;
    private final NodeConfig node;
    private final MeterRegistry meters;
    private final MetricsSource metrics;
    private @Nullable Database database;
    private @Nullable EngineImages images;
    private @Nullable Usage usage;

    /**
     * Not started yet.
     *
     * @param meters where this part registers what it measures
     * @param metrics writes down what all parts of the process measure
     */
    public Gateway(GatewayConfig config, NodeConfig node, MeterRegistry meters, MetricsSource metrics) {
        this.config = config;
        this.node = node;
        this.meters = meters;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        Context here = context;
        Future<ApiContract> contract = ApiContract.load(vertx);
        return vertx.executeBlocking(() -> Database.open(config.storeSettings(node.data())))
                .compose(opened -> {
                    Database store = Objects.requireNonNull(opened);
                    database = store;
                    return contract.compose(loaded -> compose(store, loaded, here));
                });
    }

    private Future<?> compose(Database opened, ApiContract contract, Context here) {
        Nodes nodes = new Nodes(config.nodeLostAfter().toMillis());
        Vault vault = new Vault(new MasterKey(node.data(), Optional.ofNullable(System.getenv(MasterKey.VARIABLE))));
        RegistryAccess access = new RegistryAccess(opened, vault, InstantSource.system());
        SigningSecrets signing =
                new SigningSecrets(vertx, vault, () -> access.all().map(List::isEmpty));
        EngineImages engine = new EngineImages(vertx, imageSettings(), access, node.data(), RegistryDesk.herald(vertx));
        images = engine;
        Registry registry = new Registry(opened, engine, nodes::largest, registrySettings());
        Usage counted = new Usage(here, opened, config.usage(), InstantSource.system());
        usage = counted;
        CallSide side = new CallSide(
                new CallSide.Parts(vertx, here, opened, nodes, registry, counted, signing, meters),
                config,
                scheduler());
        FunctionRoutes functions = new FunctionRoutes(
                vertx,
                registry,
                new SpecReader(registrySettings()),
                httpLimits(),
                config.http().waitMax());
        NodeRoutes nodeRoutes = new NodeRoutes(vertx, here, nodes);
        SmallDocuments documents = new SmallDocuments(vertx, httpLimits());
        ImageRoutes imageRoutes =
                new ImageRoutes(new NodeImages(vertx, here, nodes), engine, registry, documents, imageBounds());
        FrontDoor door = new FrontDoor(vertx, opened, config, node.data(), nodeRoutes::addHealthTo);
        List<Consumer<Router>> routes = List.of(
                contract,
                functions,
                nodeRoutes::addTo,
                imageRoutes,
                new CredentialRoutes(access, documents),
                new WebhookRoutes(signing),
                side.routes(),
                counted.routes(),
                new MetricsRoute(vertx, metrics)::addTo,
                door.routes());
        ApiServer server =
                door.guard(new ApiServer(httpLimits(), address(), side.invoke(), routes).beforeStop(side::stop));
        return door.start()
                .compose(ignored -> registry.start())
                .compose(ignored -> counted.start())
                .compose(ignored -> {
                    new RegistryDesk(vertx, registry, engine).start();
                    return side.start();
                })
                .compose(ignored -> vertx.deployVerticle(server, new DeploymentOptions()))
                .onSuccess(ignored -> {
                    door.listening(server.port());
                    LOG.info("event=listening host={} port={}", config.http().host(), server.port());
                });
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
        return new ImageSettings(docker.host(), docker.timeout(), docker.pull(), docker.pulls(), docker.waiting());
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
                config.scheduling().refusalBackoff());
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
        Database opened = database;
        Usage counted = usage;
        Future<Void> stored = counted == null ? Future.succeededFuture() : counted.stop();
        return stored.compose(ignored -> vertx.executeBlocking(() -> {
            if (engine != null) {
                engine.close();
            }
            if (opened != null) {
                opened.close();
            }
            return true;
        }));
    }
}
