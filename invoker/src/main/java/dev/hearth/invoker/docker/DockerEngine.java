package dev.hearth.invoker.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.docker.CreateRequest.Isolation;
import dev.hearth.invoker.docker.EngineMeters.Operation;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine behind a Unix socket, spoken to by docker-java on virtual threads. */
public final class DockerEngine implements Engine {
    /** Where an engine listens that was installed the usual way. */
    public static final URI USUAL_SOCKET = URI.create("unix:///var/run/docker.sock");

    private final Vertx vertx;
    private final EngineLimits limits;
    private final EngineLink link;
    private final BlockingWork calls;
    private final BlockingWork kills;
    private final BlockingWork pulls;
    private final EngineMeters meters;
    private final ContainerStart starts = new ContainerStart();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    /** What is asked of the engine, for the meters and for people. */
    private record Doing(Operation operation, String words) {}

    /** A call to the engine. */
    private interface Call<T> {
        T ask(EngineLink.Live engine) throws Exception;
    }

    /**
     * Connects at the first call, not here.
     *
     * @param registry where the time of calls is measured
     */
    public DockerEngine(Vertx vertx, URI socket, EngineLimits limits, MeterRegistry registry) {
        this.vertx = vertx;
        this.limits = limits;
        link = new EngineLink(socket, limits.connections());
        meters = new EngineMeters(registry);
        calls = lane("engine-call", limits.calls());
        kills = lane("engine-kill", limits.kills());
        pulls = lane("engine-pull", limits.pulls());
    }

    private BlockingWork lane(String name, int running) {
        return new BlockingWork(vertx, name, new BlockingWork.Bounds(running, limits.waiting()));
    }

    @Override
    public Future<EngineInfo> probe() {
        return ask(
                calls,
                limits.query(),
                new Doing(Operation.PROBE, "say what it is"),
                engine -> Answers.info(
                        engine.client().infoCmd().exec(),
                        engine.client().versionCmd().exec(),
                        engine.version()));
    }

    @Override
    public Future<Void> warmUp() {
        return act(calls, limits.query(), new Doing(Operation.LIST, "list containers"), engine -> {
            var command = CreateRequest.of(engine.client(), exampleSpec(), Isolation.NETWORK_DISABLED);
            engine.config().getObjectMapper().writeValueAsBytes(command);
            engine.client().listContainersCmd().withLimit(1).exec();
            return true;
        });
    }

    private static ContainerSpec exampleSpec() {
        return new ContainerSpec(
                "example",
                "example",
                "example",
                ContainerProgram.ofRuntime(List.of("true"), 65_534),
                Map.of(),
                Map.of(),
                Bytes.ofMiB(16),
                Bytes.ofMiB(1),
                8,
                1024,
                OptionalDouble.empty(),
                List.of(),
                Path.of("/bridge"),
                new ContainerDirectory("example", Path.of("/example")));
    }

    @Override
    public Future<Void> ping() {
        return ping(limits.query());
    }

    private Future<Void> ping(Duration deadline) {
        return act(
                calls,
                deadline,
                new Doing(Operation.PING, "answer a ping"),
                engine -> engine.client().pingCmd().exec());
    }

    @Override
    public Future<String> create(ContainerSpec spec) {
        return ask(
                calls,
                limits.create(),
                new Doing(Operation.CREATE, "start container " + spec.name()),
                engine -> starts.start(engine.client(), spec));
    }

    @Override
    public Future<Void> kill(String container) {
        return act(kills, limits.kill(), new Doing(Operation.KILL, "kill container " + container), engine -> {
            try {
                return engine.client().killContainerCmd(container).exec();
            } catch (ConflictException notRunning) {
                return notRunning;
            }
        });
    }

    @Override
    public Future<Void> remove(String container) {
        return act(calls, limits.remove(), new Doing(Operation.REMOVE, "remove container " + container), engine -> {
            try {
                return engine.client()
                        .removeContainerCmd(container)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException gone) {
                return gone;
            }
        });
    }

    @Override
    public Future<Void> rename(String container, String name) {
        return act(
                calls,
                limits.query(),
                new Doing(Operation.RENAME, "rename container " + container + " to " + name),
                engine -> engine.client()
                        .renameContainerCmd(container)
                        .withName(name)
                        .exec());
    }

    @Override
    public Future<Void> update(String container, ResourceUpdate update) {
        return act(calls, limits.query(), new Doing(Operation.UPDATE, "update container " + container), engine -> {
            UpdateContainerCmd command = engine.client().updateContainerCmd(container);
            update.memory()
                    .ifPresent(memory -> command.withMemory(memory.value()).withMemorySwap(memory.value()));
            update.cpus().ifPresent(cpus -> command.withNanoCPUs(CreateRequest.nanoCpus(cpus)));
            update.shares().ifPresent(command::withCpuShares);
            return command.exec();
        });
    }

    @Override
    public Future<List<ListedContainer>> list(String label, String value) {
        return ask(
                calls,
                limits.query(),
                new Doing(Operation.LIST, "list containers"),
                engine ->
                        engine
                                .client()
                                .listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(Map.of(label, value))
                                .exec()
                                .stream()
                                .map(Answers::listed)
                                .toList());
    }

    @Override
    public Future<InspectedContainer> inspect(String container) {
        return ask(
                calls,
                limits.query(),
                new Doing(Operation.INSPECT, "inspect container " + container),
                engine -> Answers.inspected(
                        engine.client().inspectContainerCmd(container).exec()));
    }

    @Override
    public Future<List<ListedImage>> images() {
        return ask(
                calls,
                limits.query(),
                new Doing(Operation.IMAGES, "list images"),
                engine -> engine.client().listImagesCmd().exec().stream()
                        .map(Answers::listed)
                        .toList());
    }

    @Override
    public Future<Optional<InspectedImage>> imageByReference(String reference) {
        return ask(calls, limits.query(), new Doing(Operation.IMAGES, "inspect image " + reference), engine -> {
            try {
                InspectImageResponse image =
                        engine.client().inspectImageCmd(reference).exec();
                return Optional.of(Answers.inspected(image));
            } catch (NotFoundException missing) {
                return Optional.empty();
            }
        });
    }

    @Override
    public Future<Boolean> removeImage(String id, String repository) {
        return ask(
                pulls,
                limits.remove(),
                new Doing(Operation.REMOVE_IMAGE, "remove image " + id),
                engine -> ImageRemoval.remove(engine.client(), id, repository));
    }

    @Override
    public Future<Void> pull(String reference) {
        return act(pulls, limits.pull(), new Doing(Operation.PULL, "pull image " + reference), engine -> {
            ImagePull.pull(engine, reference);
            return true;
        });
    }

    @Override
    public Future<Void> load(Callable<InputStream> archive) {
        return act(pulls, limits.pull(), new Doing(Operation.PULL, "load an image's archive"), engine -> {
            try (InputStream bytes = archive.call()) {
                ImageLoad.load(engine, bytes);
            }
            return true;
        });
    }

    @Override
    public Future<Void> tag(String id, String name) {
        int colon = name.lastIndexOf(':');
        return act(calls, limits.query(), new Doing(Operation.IMAGES, "name image " + id + " " + name), engine -> {
            engine.client()
                    .tagImageCmd(id, name.substring(0, colon), name.substring(colon + 1))
                    .exec();
            return true;
        });
    }

    @Override
    public EngineWatch watch(String label, String value, Consumer<EngineEvent> listener) {
        Watch watch = new Watch(vertx, link, limits, label + "=" + value, () -> ping(limits.heartbeat()), listener);
        watches.add(watch);
        watch.start();
        return () -> {
            watch.close();
            watches.remove(watch);
        };
    }

    /** Calls under way or waiting; zero when all have ended, hung ones included. */
    int pending() {
        return calls.pending() + kills.pending() + pulls.pending();
    }

    /** How containers are isolated; empty before the first one. */
    Optional<Isolation> isolation() {
        return starts.isolation();
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        calls.close();
        kills.close();
        pulls.close();
        link.close();
    }

    private Future<Void> act(BlockingWork lane, Duration deadline, Doing doing, Call<? extends @Nullable Object> call) {
        return ask(lane, deadline, doing, engine -> {
                    call.ask(engine);
                    return true;
                })
                .mapEmpty();
    }

    private <T> Future<T> ask(BlockingWork lane, Duration deadline, Doing doing, Call<T> call) {
        long asked = System.nanoTime();
        return lane.run(deadline, () -> connected(doing.words(), call))
                .recover(failed -> Future.failedFuture(Faults.of(failed, doing.words())))
                .onComplete(done -> meters.took(doing.operation(), System.nanoTime() - asked, done.cause()));
    }

    private <T> T connected(String doing, Call<T> call) {
        EngineLink.@Nullable Live engine = null;
        try {
            engine = link.live();
            return call.ask(engine);
        } catch (IllegalStateException failed) {
            // The connections were closed by another call before this one was sent: it goes over the new ones, once.
            if (link.isDropped(engine)) {
                return again(doing, call);
            }
            throw Faults.of(failed, doing);
        } catch (Exception failed) {
            throw fault(engine, failed, doing);
        }
    }

    private <T> T again(String doing, Call<T> call) {
        EngineLink.@Nullable Live engine = null;
        try {
            engine = link.live();
            return call.ask(engine);
        } catch (Exception failed) {
            throw fault(engine, failed, doing);
        }
    }

    private EngineFault fault(EngineLink.@Nullable Live engine, Exception failed, String doing) {
        // Another call may have found the engine gone and closed the connections under this one.
        boolean cut = link.isDropped(engine) && !(failed instanceof DockerException);
        EngineFault fault = Faults.of(cut ? new IOException("the connection was cut", failed) : failed, doing);
        if (fault.kind() == EngineFault.Kind.UNREACHABLE) {
            link.drop(engine);
        }
        return fault;
    }
}
