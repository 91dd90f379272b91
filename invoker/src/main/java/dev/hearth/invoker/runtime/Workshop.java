package dev.hearth.invoker.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.invoker.docker.ContainerDirectory;
import dev.hearth.invoker.docker.ContainerSpec;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.InspectedImage;
import dev.hearth.invoker.docker.ResourceUpdate;
import dev.hearth.invoker.docker.UidRange;
import dev.hearth.invoker.pool.Blueprint;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.Demand;
import dev.hearth.invoker.pool.StemClass;
import dev.hearth.invoker.sidechannel.ContainerChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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

    /** Least weight that the engine accepts. */
    private static final int LEAST_SHARES = 2;

    private final Vertx vertx;
    private final RuntimeSettings settings;
    private final Tools tools;
    private final Death.Executioner executioner;

    /**
     * What it works with.
     *
     * @param sites folders of containers
     * @param code folders of code
     * @param images how images start
     * @param revisions what is known of revisions
     * @param bridge the bridge's binary on the host
     */
    record Tools(
            Engine engine,
            UidRange uids,
            Sites sites,
            CodeStock code,
            ImageCatalogue images,
            Cache<RevisionId, Revision> revisions,
            java.nio.file.Path bridge) {}

    Workshop(Vertx vertx, RuntimeSettings settings, Tools tools, Death.Executioner executioner) {
        this.vertx = vertx;
        this.settings = settings;
        this.tools = tools;
        this.executioner = executioner;
    }

    /** A container that is not started yet. */
    LiveContainer create(ContainerId id, ContainerOwner owner) {
        return of(id, tools.uids().take(), owner);
    }

    /** One that an earlier life of the invoker started. */
    LiveContainer of(ContainerId id, int uid, ContainerOwner owner) {
        ContainerDirectory directory = tools.sites().of(id.value());
        ContainerSite site = new ContainerSite(settings.node(), directory, uid, name(id));
        return new LiveContainer(id, site, owner, executioner);
    }

    private String name(ContainerId id) {
        return "hearth-" + settings.node() + "-" + id;
    }

    @Nullable Revision revision(RevisionId id) {
        return tools.revisions().getIfPresent(id);
    }

    /** Starts it; success means that the engine has it running, the runtime's hello comes by itself. */
    Future<Void> start(LiveContainer container, Blueprint blueprint) {
        container.stopwatch().begin();
        return tools.sites()
                .prepare(container.site)
                .compose(ignored -> listen(container))
                .compose(ignored -> tools.images().find(blueprint.image()))
                .compose(image -> tools.engine().create(spec(container, blueprint, image)))
                .map(engineId -> {
                    container.created(engineId);
                    return null;
                });
    }

    Future<Void> listen(LiveContainer container) {
        return ContainerChannel.listen(
                        vertx, container.site.directory().socket(), settings.window(), container)
                .map(channel -> {
                    container.attach(channel);
                    return null;
                });
    }

    private ContainerSpec spec(LiveContainer container, Blueprint blueprint, InspectedImage image) {
        Optional<Revision> revision = blueprint instanceof Demand demand
                ? Optional.ofNullable(revision(demand.revision()))
                : Optional.empty();
        int pids = revision.map(r -> r.limits().pids()).orElse(Limits.DEFAULT.pids());
        return new ContainerSpec(
                container.site.name(),
                container.id.value(),
                image.id(),
                image.fullCommand(),
                Map.of(),
                Map.of(ContainerSpec.NODE_LABEL, settings.node(), ContainerSpec.RUNTIME_LABEL, blueprint.runtime()),
                container.site.uid(),
                blueprint.memory().plus(blueprint.disk()),
                blueprint.disk(),
                pids,
                shares(blueprint.memory()),
                OptionalDouble.empty(),
                Network.NONE,
                tools.bridge(),
                container.site.directory());
    }

    /** CPU weight by memory, so that who reserves more gets more when cores are short. */
    private static int shares(Bytes memory) {
        return (int) Math.clamp(memory.toMiB(), LEAST_SHARES, 262_144);
    }

    /** Brings the code into a started container. */
    void initialise(LiveContainer container, Revision revision, boolean fromStem) {
        container.initBegins(revision, fromStem);
        container.stopwatch().begin();
        vertx.setTimer(revision.limits().init().toMillis(), ignored -> container.failInit(initTimeout(revision)));
        fetch(container, revision)
                .compose(entry -> tools.sites().bind(container.site, revision).map(entry))
                .compose(entry -> exact(container, revision, fromStem).map(entry))
                .onComplete(done -> {
                    if (done.succeeded()) {
                        container.stopwatch().fetched();
                        container.init(revision, done.result());
                    } else {
                        container.failInit(unprepared(revision, done.cause()));
                    }
                });
    }

    private Future<String> fetch(LiveContainer container, Revision revision) {
        if (revision.code().form() == CodeForm.NONE) {
            return Future.succeededFuture("");
        }
        return tools.code().linkInto(container, revision);
    }

    /** A stem cell's cgroup is that of its class: before user code runs it becomes the function's own. */
    private Future<Void> exact(LiveContainer container, Revision revision, boolean fromStem) {
        Limits limits = revision.limits();
        boolean otherMemory = fromStem && !container.memory().equals(limits.memory());
        String engineId = container.engineId();
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
                "the code of " + revision.label() + " was not loaded within limits.init = "
                        + Durations.format(revision.limits().init()));
    }

    private static Failure unprepared(Revision revision, Throwable cause) {
        return Failure.before(
                ErrorCode.INIT_FAILED, "the code of " + revision.label() + " could not be brought to the node: "
                        + cause.getMessage());
    }

    /** Gives it a name that people recognise; off the path of any call. */
    void named(LiveContainer container) {
        Revision revision = container.revision();
        String engineId = container.engineId();
        if (revision != null && engineId != null) {
            String name = container.site.name() + "-" + revision.function().name();
            tools.engine().rename(engineId, name).onFailure(fault ->
                    LOG.debug("event=rename_failed container={} reason=\"{}\"", container.id, fault.getMessage()));
        }
    }
}
