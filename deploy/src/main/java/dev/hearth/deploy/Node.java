package dev.hearth.deploy;

import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.cluster.ClusteredVertx;
import dev.hearth.common.cluster.MemberSettings;
import dev.hearth.common.config.NodeConfig;
import dev.hearth.common.units.Durations;
import dev.hearth.deploy.member.Member;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running process: its Vert.x, its data folder, its threads for blocking work, and its orderly stop.
 *
 * <p>Parts are stopped in the reverse order of their start, all together within {@code stop-timeout}; what has not
 * stopped by then is left to the end of the process.
 */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeConfig config;
    private final DataFolder folder;
    private final Vertx vertx;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<String> deployments = new ArrayDeque<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final long startedAt = System.nanoTime();

    private Node(NodeConfig config, DataFolder folder, Vertx vertx) {
        this.config = config;
        this.folder = folder;
        this.vertx = vertx;
        vertx.exceptionHandler(fault -> LOG.error("uncaught fault on an event loop", fault));
        BusCodec.register(vertx.eventBus(), config.throughBytes());
    }

    /**
     * Takes the data folder and starts Vert.x, alone.
     *
     * @throws BootException with the reason
     */
    static Node start(NodeConfig config) {
        return start(config, DataFolder.hold(config.data()), Optional.empty());
    }

    /**
     * Starts Vert.x, as a member of a cluster if it is one.
     *
     * @throws BootException with the reason
     */
    static Node start(NodeConfig config, DataFolder folder, Optional<Member> member) {
        Vertx vertx = member.map(one -> clustered(config, one)).orElseGet(() -> Vertx.vertx(options(config)));
        Node node = new Node(config, folder, vertx);
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("data", config.data())
                .addKeyValue("event_loops", config.eventLoops())
                .addKeyValue("native_transport", node.vertx.isNativeTransportEnabled())
                .log("starting");
        return node;
    }

    private static Vertx clustered(NodeConfig config, Member member) {
        MemberSettings settings = member.config().member(member.identity().node());
        try {
            return await(ClusteredVertx.start(options(config), settings, member.identity()), config.startTimeout());
        } catch (ExecutionException e) {
            throw new BootException(
                    "the cluster's ports " + settings.port() + " and " + settings.busPort() + " on " + settings.host()
                            + " cannot be used: " + reason(e) + " (cluster.host, cluster.port)",
                    e);
        } catch (TimeoutException e) {
            throw new BootException(
                    "the membership did not start within " + Durations.format(config.startTimeout()), e);
        }
    }

    private static VertxOptions options(NodeConfig config) {
        return new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(config.eventLoops())
                .setDisableTCCL(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    Vertx vertx() {
        return vertx;
    }

    DataFolder folder() {
        return folder;
    }

    /** Virtual threads for work that blocks; whoever uses them bounds that use. */
    ExecutorService blocking() {
        return blocking;
    }

    /**
     * Deploys a part and waits until it runs.
     *
     * @throws BootException when it does not start in time
     */
    void deploy(String name, Deployable part, Duration timeout) {
        push(name, vertx.deployVerticle(part, new DeploymentOptions()), timeout);
    }

    /** Deploys a part once on each event loop. */
    void deployOnEachLoop(String name, Supplier<Deployable> part, Duration timeout) {
        DeploymentOptions each = new DeploymentOptions().setInstances(config.eventLoops());
        push(name, vertx.deployVerticle(part, each), timeout);
    }

    private void push(String name, Future<String> deployment, Duration timeout) {
        try {
            deployments.push(await(deployment, timeout));
        } catch (ExecutionException e) {
            throw new BootException(name + " did not start: " + reason(e), e);
        } catch (TimeoutException e) {
            throw new BootException(name + " did not start within " + Durations.format(timeout), e);
        }
    }

    private static String reason(ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        return Objects.requireNonNullElseGet(cause.getMessage(), cause::toString);
    }

    /** Tells the log that the node serves. */
    void ready(String role) {
        LOG.atInfo()
                .addKeyValue("role", role)
                .addKeyValue("took_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt))
                .log("ready");
    }

    /** Stops in order when the process is asked to end. */
    void stopOnSignal() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("hearth-stop").unstarted(this::stop));
    }

    void awaitStop() {
        stopped.join();
    }

    /** Stops every part, then Vert.x; returns after stop-timeout at the latest. A second call waits for the first. */
    void stop() {
        if (!stopping.compareAndSet(false, true)) {
            stopped.join();
            return;
        }
        LOG.info("stopping");
        long deadline = System.nanoTime() + config.stopTimeout().toNanos();
        while (!deployments.isEmpty()) {
            quietly("part", vertx.undeploy(deployments.pop()), deadline);
        }
        blocking.shutdownNow();
        quietly("vertx", vertx.close(), deadline);
        release();
        LOG.info("stopped");
        stopped.complete(null);
    }

    private static void quietly(String what, Future<Void> stop, long deadline) {
        try {
            await(stop, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().addKeyValue("what", what).setCause(e).log("did not stop in order");
        }
    }

    private void release() {
        try {
            folder.close();
        } catch (IOException e) {
            LOG.warn("the data folder's lock was not released", e);
        }
    }

    private static <T> T await(Future<T> future, Duration timeout) throws ExecutionException, TimeoutException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutionException(e);
        }
    }
}
