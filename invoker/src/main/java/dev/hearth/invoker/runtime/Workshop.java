package dev.hearth.invoker.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Contract;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.invoker.docker.Binding;
import dev.hearth.invoker.docker.ContainerDirectories;
import dev.hearth.invoker.docker.ContainerDirectories.Names;
import dev.hearth.invoker.docker.ContainerOrigin;
import dev.hearth.invoker.docker.ContainerProgram;
import dev.hearth.invoker.docker.ContainerSpec;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.InspectedImage;
import dev.hearth.invoker.docker.ResourceUpdate;
import dev.hearth.invoker.docker.UidRange;
import dev.hearth.invoker.network.Link;
import dev.hearth.invoker.network.NodeNetwork;
import dev.hearth.invoker.network.NodeNetwork.Way;
import dev.hearth.invoker.pool.Blueprint;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.Demand;
import dev.hearth.invoker.sidechannel.ContainerChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes containers: directory, socket, the engine's create, and later the code in them. */
final class Workshop {
    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);

    /** Least and largest weight that the engine accepts. */
    private static final int LEAST_SHARES = 2;

    private static final int MOST_SHARES = 262_144;

    private final Vertx vertx;
    private final RuntimeSettings settings;
    private final Tools tools;
    private final Death.Executioner executioner;

    /**
     * What it works with.
     *
     * @param gpus which graphics processors belong to whom
     * @param directories folders of containers
     * @param code brings code into containers
     * @param images how images start
     * @param revisions what is known of revisions
     * @param network gives containers their way out
     * @param bridge the bridge's binary on the host
     */
    record Tools(
            Engine engine,
            UidRange uids,
            GpuDevices gpus,
            ContainerDirectories directories,
            CodeDelivery code,
            ImageCatalogue images,
            Cache<RevisionId, Revision> revisions,
            NodeNetwork network,
            Path bridge) {}

    Workshop(Vertx vertx, RuntimeSettings settings, Tools tools, Death.Executioner executioner) {
        this.vertx = vertx;
        this.settings = settings;
        this.tools = tools;
        this.executioner = executioner;
    }

    /** A container that is not started yet. */
    LiveContainer create(ContainerId id, ContainerOwner owner) {
        // Without a free user the start fails below: the pool must hear of it the usual way.
        return of(id, tools.uids().take().orElse(0), owner);
    }

    /** One that an earlier life of the invoker started. */
    LiveContainer of(ContainerId id, int uid, ContainerOwner owner) {
        String name = "hearth-" + settings.node() + "-" + id;
        ContainerSite site =
                new ContainerSite(settings.node(), tools.directories().of(id.value()), uid, name);
        return new LiveContainer(id, site, owner, executioner);
    }

    @Nullable
    Revision revision(RevisionId id) {
        return tools.revisions().getIfPresent(id);
    }

    /** Starts it; success means that the engine has it running, the runtime's hello comes by itself. */
    Future<Void> start(LiveContainer container, Blueprint blueprint) {
        if (container.site.uid() == 0) {
            return Future.failedFuture(new HearthException(
                    ErrorCode.NO_CAPACITY, "all user ids of containers are taken (invoker.uid-count)"));
        }
        container.engine.stopwatch().begin();
        Future<Void> running = running(container, blueprint);
        container.engine.doing(running);
        return running;
    }

    private Future<Void> running(LiveContainer container, Blueprint blueprint) {
        return way(container, blueprint)
                .compose(way -> tools.images()
                        .find(blueprint.image())
                        .compose(image -> running(container, blueprint, image, way)));
    }

    private Future<Void> running(
            LiveContainer container, Blueprint blueprint, InspectedImage image, Optional<Way> way) {
        int pids = pids(blueprint);
        ContainerOrigin origin = new ContainerOrigin(
                container.site.uid(),
                blueprint.runtime(),
                image.id(),
                blueprint.memory(),
                blueprint.disk(),
                pids,
                way.map(w -> w.link().address()).orElse(""));
        Names names = way.map(w -> Names.asked(w.resolvConf())).orElse(Names.OWN);
        return tools.directories()
                .create(container.id.value(), origin, names)
                .compose(ignored -> listen(container))
                .compose(ignored -> tools.engine().create(spec(container, blueprint, image, pids)))
                .compose(engineId -> linked(engineId, way).map(ignored -> {
                    container.created(engineId);
                    return null;
                }));
    }

    /** The way to the internet that it will have, if its function asks for one. */
    private Future<Optional<Way>> way(LiveContainer container, Blueprint blueprint) {
        Revision revision = blueprint instanceof Demand demand ? revision(demand.revision()) : null;
        return revision == null || !revision.network().internet()
                ? Future.succeededFuture(Optional.empty())
                : take(container, revision).map(Optional::of);
    }

    private Future<Way> take(LiveContainer container, Revision revision) {
        return tools.network().take(revision.network()).map(way -> {
            container.engine.uplink(uplink(way.link()));
            return way;
        });
    }

    /** A stem cell has no network: its files say where names are asked for, and its link is there, before user code is. */
    private Future<Void> connected(LiveContainer container, Revision revision) {
        String engineId = container.engine.id();
        if (!revision.network().internet() || engineId == null) {
            return Future.succeededFuture();
        }
        return take(container, revision)
                .compose(way -> tools.directories()
                        .connect(container.site.directory(), way.link().address(), Names.asked(way.resolvConf()))
                        .compose(written -> linked(engineId, Optional.of(way))));
    }

    /** Counts what goes over a link. */
    Uplink uplink(Link link) {
        return Uplink.over(link, tools.network()::traffic);
    }

    /** Runs while the runtime starts; the code comes only when both are done. */
    private Future<Void> linked(String engineId, Optional<Way> way) {
        return way.map(w -> tools.engine()
                        .inspect(engineId)
                        .compose(inspected -> tools.network().attach(w, engineId, inspected.pid())))
                .orElse(Future.succeededFuture());
    }

    /** Listens on the container's socket. */
    Future<Void> listen(LiveContainer container) {
        return ContainerChannel.listen(vertx, container.site.directory().socket(), settings.window(), container)
                .map(channel -> {
                    container.attach(channel);
                    return null;
                });
    }

    private int pids(Blueprint blueprint) {
        Revision revision = blueprint instanceof Demand demand ? revision(demand.revision()) : null;
        return (revision == null ? Limits.DEFAULT : revision.limits()).pids();
    }

    private ContainerSpec spec(LiveContainer container, Blueprint blueprint, InspectedImage image, int pids) {
        return new ContainerSpec(
                container.site.name(),
                container.id.value(),
                image.id(),
                ContainerProgram.of(image, Contract.of(blueprint.runtime()), container.site.uid()),
                Map.of("HEARTH_ADOPT_GRACE", Long.toString(settings.adoptGrace().toSeconds())),
                Map.of(ContainerSpec.NODE_LABEL, settings.node(), ContainerSpec.RUNTIME_LABEL, blueprint.runtime()),
                blueprint.memory().plus(blueprint.disk()),
                blueprint.disk(),
                pids,
                shares(blueprint.memory()),
                OptionalDouble.empty(),
                tools.gpus().take(container.id, blueprint.gpus()),
                tools.bridge(),
                container.site.directory());
    }

    /** CPU weight by memory, so that who reserves more gets more when cores are short. */
    private static int shares(Bytes memory) {
        return Math.clamp(memory.toMiB(), LEAST_SHARES, MOST_SHARES);
    }

    /** Brings the code into a started container. */
    void initialise(LiveContainer container, Revision revision, boolean fromStem) {
        container.initBegins(revision, fromStem);
        container.engine.stopwatch().begin();
        vertx.setTimer(revision.limits().init().toMillis(), ignored -> container.failInit(initTimeout(revision)));
        Future<Void> connected = fromStem ? connected(container, revision) : Future.succeededFuture();
        container.engine.doing(connected);
        Future<String> code = tools.code().deliver(container.id, container.site.directory(), revision);
        Future<String> prepared = Future.join(connected.recover(Workshop::unconnected), code)
                .compose(both -> tools.directories().bind(container.site.directory(), new Binding(revision)))
                .compose(ignored -> exact(container, revision))
                .map(ignored -> code.result());
        container.engine.doing(prepared);
        prepared.onComplete(done -> {
            if (done.succeeded()) {
                container.engine.stopwatch().fetched();
                container.init(revision, done.result());
            } else {
                container.failInit(unprepared(revision, done.cause()));
            }
        });
    }

    /** A stem cell's cgroup is that of its class: before user code runs it becomes the function's own. */
    private Future<Void> exact(LiveContainer container, Revision revision) {
        Limits limits = revision.limits();
        boolean otherMemory = !container.engine.memory().equals(limits.memory());
        String engineId = container.engine.id();
        if ((!otherMemory && limits.cpus().isEmpty()) || engineId == null) {
            return Future.succeededFuture();
        }
        Optional<Bytes> memory = otherMemory ? Optional.of(limits.cgroupMemory()) : Optional.empty();
        OptionalInt weight = otherMemory ? OptionalInt.of(shares(limits.memory())) : OptionalInt.empty();
        return tools.engine().update(engineId, new ResourceUpdate(memory, limits.cpus(), weight));
    }

    private static Failure initTimeout(Revision revision) {
        return Failure.during(
                ErrorCode.INIT_FAILED,
                notReady(revision) + " within limits.init = "
                        + Durations.format(revision.limits().init()));
    }

    private static String notReady(Revision revision) {
        Contract contract = revision.contract().orElse(Contract.HEARTH);
        return switch (contract) {
            case HEARTH -> "the code of " + revision.label() + " was not loaded";
            case HTTP -> "the program of " + revision.label() + " did not listen on $PORT";
            case OPENWHISK -> "the program of " + revision.label() + " did not take POST /init on port 8080";
            case LAMBDA -> "the program of " + revision.label() + " did not ask $AWS_LAMBDA_RUNTIME_API for a call";
        };
    }

    private static Future<Void> unconnected(Throwable cause) {
        return Future.failedFuture(new HearthException(
                ErrorCode.NO_CAPACITY, "no network for a container that was ready: " + cause.getMessage()));
    }

    private static Failure unprepared(Revision revision, Throwable cause) {
        // A node that is short of room, whose disk is full or whose engine is silent says nothing of the function.
        if (!(cause instanceof HearthException known)) {
            return Failure.before(
                    ErrorCode.NO_CAPACITY,
                    "the node could not prepare a container for " + revision.label() + ": " + cause.getMessage());
        }
        return known.failure().code() == ErrorCode.NO_CAPACITY
                ? known.failure()
                : Failure.before(
                        ErrorCode.INIT_FAILED,
                        "the code of " + revision.label() + " could not be brought to the node: " + cause.getMessage());
    }

    /** Does what the engine is asked for after a start, when the call that the start was made for is likely over. */
    void later(Runnable work) {
        vertx.setTimer(settings.rest().toMillis(), ignored -> work.run());
    }

    /** The engine does not have it any more. */
    void forgetImage(String image) {
        tools.images().forget(image);
    }

    /** Gives it a name that people recognise; off the path of any call. */
    void named(LiveContainer container) {
        Revision revision = container.revision();
        String engineId = container.engine.id();
        if (revision != null && engineId != null) {
            String name = container.site.name() + "-" + revision.function().name();
            Future<Void> renamed = tools.engine().rename(engineId, name);
            // An engine that removes a container while it renames it never ends either.
            container.engine.doing(renamed);
            renamed.onFailure(fault ->
                    LOG.debug("event=rename_failed container={} reason=\"{}\"", container.id, fault.getMessage()));
        }
    }

    /** Gives back what a removed container held on this node. */
    Future<Void> cleared(LiveContainer container) {
        container.close();
        tools.code().forget(container.id);
        tools.gpus().release(container.id);
        container.engine.uplink().link().ifPresent(tools.network()::release);
        return tools.directories()
                .delete(container.site.directory())
                .onComplete(ignored -> tools.uids().release(container.site.uid()));
    }
}
