package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.pool.Blueprint;
import dev.hearth.invoker.pool.CallKey;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.pool.ImageNews;
import dev.hearth.invoker.pool.PoolEffect;
import dev.hearth.invoker.pool.PoolEffect.ArmTimer;
import dev.hearth.invoker.pool.PoolEffect.Create;
import dev.hearth.invoker.pool.PoolEffect.Fail;
import dev.hearth.invoker.pool.PoolEffect.FetchImage;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import dev.hearth.invoker.pool.PoolEffect.ImageFailed;
import dev.hearth.invoker.pool.PoolEffect.Initialise;
import dev.hearth.invoker.pool.PoolEffect.Refuse;
import dev.hearth.invoker.pool.PoolEffect.Remove;
import dev.hearth.invoker.pool.PoolEffect.RemoveImage;
import dev.hearth.invoker.pool.RemovalReason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor around the pool: carries out what the pool decides and tells it what happened.
 *
 * <p>Single writer of the pool, the containers and the attempts; lives on one event loop. Deadlines and keep-alive are held
 * by a sweep over what runs, not by a timer a call: arming one would cost more than the rest of a warm lease.
 */
final class Fleet implements ContainerOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

    private final ContainerPool pool;
    private final RuntimeSettings settings;
    private final InvocationLogs logs;
    private final Outbox outbox;
    private final Workshop workshop;
    private final Reaper reaper;
    private final ImageKeeper images;
    private final NodeMeters meters;
    private final UsageSampler usage;
    private final Map<ContainerId, LiveContainer> containers = new HashMap<>();
    private final Attempts attempts = new Attempts();
    private final Alarms alarms = new Alarms();
    private final Unserved unserved;
    private final ArrayDeque<PoolEffect> effects = new ArrayDeque<>();
    private boolean applying;

    /** Where messages to gateways go, and who hears that the node's figures changed. */
    interface Outbox {
        void tell(Attempt attempt, CallMessage message);

        void changed();
    }

    /** Who makes containers, who takes them down, who brings their images, who counts all that and what they use. */
    record Makers(Workshop workshop, Reaper reaper, ImageKeeper images, NodeMeters meters, UsageSampler usage) {}

    Fleet(ContainerPool pool, RuntimeSettings settings, InvocationLogs logs, Outbox outbox, Makers makers) {
        this.pool = pool;
        this.settings = settings;
        this.logs = logs;
        this.outbox = outbox;
        this.workshop = makers.workshop();
        this.reaper = makers.reaper();
        this.images = makers.images();
        this.meters = makers.meters();
        this.usage = makers.usage();
        this.unserved = new Unserved(attempts, outbox, settings.node(), images);
        images.tell(this::heard);
    }

    /** Takes a call that was dispatched to this node. */
    void take(Attempt attempt) {
        attempts.add(attempt);
        apply(pool.lease(attempt.key, pool.demandOf(attempt.revision), now()));
    }

    @Nullable
    Attempt attempt(CallKey key) {
        return attempts.find(key);
    }

    /** The container that runs the attempt, if any does. */
    @Nullable
    LiveContainer runs(Attempt attempt) {
        ContainerId container = attempt.container();
        LiveContainer live = container == null ? null : containers.get(container);
        return live != null && live.runs(attempt) ? live : null;
    }

    @Nullable
    LiveContainer find(ContainerId id) {
        return containers.get(id);
    }

    ContainerPool pool() {
        return pool;
    }

    /**
     * Carries out what the pool decided, in its order: what an effect brings about at once, such as a grant that the
     * container cannot take, has its own effects carried out behind those that were decided before.
     */
    void apply(List<PoolEffect> decided) {
        effects.addAll(decided);
        if (applying) {
            return;
        }
        applying = true;
        try {
            for (PoolEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
                carryOut(effect);
            }
        } finally {
            applying = false;
        }
    }

    private void carryOut(PoolEffect effect) {
        switch (effect) {
            case Grant grant -> grant(grant);
            case ArmTimer timer -> alarms.arm(timer, now());
            case Create create -> create(create.container(), create.blueprint());
            case Initialise initialise -> initialise(initialise);
            case Refuse refuse -> unserved.refuse(refuse);
            case Fail fail -> unserved.fail(fail);
            case Remove remove -> remove(remove.container(), remove.reason());
            case FetchImage fetch ->
                images.fetch(fetch, workshop.revision(fetch.demand().revision()));
            case RemoveImage leaving -> images.remove(leaving.image());
            case ImageFailed failed -> unserved.imageFailed(failed);
        }
    }

    private void grant(Grant grant) {
        Attempt attempt = attempts.find(grant.call());
        LiveContainer container = containers.get(grant.container());
        if (attempt == null || container == null) {
            throw new IllegalStateException("grant of " + grant.container() + " to " + grant.call() + ": not there");
        }
        attempt.granted(container, grant);
        logs.begins(attempt.key);
        if (grant.start() == StartKind.COLD) {
            attempt.fetched(images.fetches());
        }
        container.run(attempt, settings.window());
    }

    private void create(ContainerId id, Blueprint blueprint) {
        meters.starts(blueprint);
        LiveContainer container = workshop.create(id, this);
        container.engine.madeFor(blueprint.memory());
        containers.put(id, container);
        workshop.start(container, blueprint).onFailure(cause -> {
            LOG.warn("event=start_failed container={} reason=\"{}\"", id, cause.getMessage());
            startFailed(container, blueprint, cause);
        });
        outbox.changed();
    }

    private void startFailed(LiveContainer container, Blueprint blueprint, Throwable cause) {
        if (!containers.containsKey(container.id)) {
            return;
        }
        String reason = String.valueOf(cause.getMessage());
        if (cause instanceof EngineFault fault && fault.kind() == EngineFault.Kind.NO_SUCH_IMAGE) {
            workshop.forgetImage(blueprint.image());
            heard(new ImageNews.Missing(container.id, reason));
        } else {
            apply(pool.startFailed(container.id, reason, now()));
        }
    }

    private void heard(ImageNews news) {
        apply(pool.image(news, now()));
        outbox.changed();
    }

    private void initialise(Initialise effect) {
        LiveContainer container = containers.get(effect.container());
        Revision revision =
                container == null ? null : workshop.revision(effect.demand().revision());
        if (container == null || revision == null) {
            throw new IllegalStateException("nothing to initialise: " + effect.container());
        }
        workshop.initialise(container, revision, effect.fromStem());
    }

    private void remove(ContainerId id, RemovalReason reason) {
        LiveContainer container = containers.get(id);
        if (container == null) {
            return;
        }
        alarms.forget(id);
        meters.removed(reason);
        LOG.info("event=container_removed container={} reason={}", id, reason);
        reaper.remove(container).compose(ignored -> workshop.cleared(container)).onComplete(ignored -> removed(id));
        outbox.changed();
    }

    private void removed(ContainerId id) {
        containers.remove(id);
        unserved.removed(id);
        apply(pool.removed(id, now()));
        outbox.changed();
    }

    /** Takes over a container of an earlier life; the pool knows it already. */
    void adopt(LiveContainer container) {
        containers.put(container.id, container);
        usage.adopted(container);
    }

    /** Looks at what all containers have used and tells a gateway; completes when that is over. */
    Future<Void> countUsage() {
        return usage.beat(() -> List.copyOf(containers.values()));
    }

    @Override
    public void ending(LiveContainer container) {
        usage.last(container);
    }

    @Override
    public void tell(Attempt attempt, CallMessage message) {
        outbox.tell(attempt, message);
    }

    @Override
    public void started(LiveContainer container) {
        meters.started(container.engine.stopwatch().started());
        apply(pool.started(container.id, now()));
        outbox.changed();
    }

    @Override
    public void initialised(LiveContainer container) {
        container.engine.stopwatch().initialised();
        usage.bound(container);
        apply(pool.initialised(container.id, now()));
        workshop.later(() -> rested(container));
        outbox.changed();
    }

    /** What would have slowed down the first call of a container. */
    private void rested(LiveContainer container) {
        if (containers.containsKey(container.id) && container.sound()) {
            workshop.named(container);
        }
        apply(pool.replenish(now()));
    }

    @Override
    public void initFailed(LiveContainer container, Failure failure) {
        unserved.initFailed(container.id, failure);
        apply(pool.initFailed(container.id, now()));
        outbox.changed();
    }

    @Override
    public void released(LiveContainer container, Attempt attempt, boolean reusable) {
        attempts.forget(attempt);
        logs.ended(attempt.key);
        apply(pool.released(container.id, attempt.key, reusable, now()));
    }

    @Override
    public void lost(LiveContainer container, String reason) {
        if (!containers.containsKey(container.id)) {
            return;
        }
        LOG.warn("event=container_lost container={} reason=\"{}\"", container.id, reason);
        apply(pool.lost(container.id, reason, now()));
        outbox.changed();
    }

    @Override
    public void neverStarted(LiveContainer container, Attempt attempt) {
        attempts.forget(attempt);
        logs.ended(attempt.key);
        apply(pool.released(container.id, attempt.key, false, now()));
        outbox.tell(attempt, attempt.refused(settings.node(), "its container was retired before the call began"));
    }

    @Override
    public void log(CallKey call, boolean stderr, long micros, Buffer bytes) {
        logs.append(call, stderr, micros, bytes);
    }

    @Override
    public Failure withTail(Attempt attempt, Failure failure) {
        return failure.withLogTail(logs.tail(attempt.key));
    }

    /** Called every few milliseconds: runs past their limit, pool timers, calls that waited too long, long runs. */
    void sweep() {
        long nanos = System.nanoTime();
        for (Attempt attempt : attempts.all()) {
            if (attempt.waitedTooLong(nanos)) {
                unserved.gaveUp(attempt);
                apply(pool.cancel(attempt.key, now()));
                continue;
            }
            LiveContainer container = runs(attempt);
            if (container == null) {
                continue;
            }
            if (attempt.late(nanos)) {
                container.kill(new Kill(attempt, ErrorCode.TIMEOUT));
            } else if (attempt.announce(nanos, settings.announceAfter().toNanos())) {
                outbox.tell(attempt, attempt.started(settings.node()));
            }
        }
        apply(pool.relieve(now()));
        ring();
    }

    /** Called at a beat: ends what moved more over the network than its limits allow. */
    void checkTraffic() {
        List.copyOf(containers.values()).forEach(LiveContainer::checkTraffic);
    }

    /** Nobody wants the call any more: it leaves the queue, or its container is killed. */
    void cancel(Attempt attempt) {
        LiveContainer container = runs(attempt);
        if (container == null) {
            unserved.cancelled(attempt);
            apply(pool.cancel(attempt.key, now()));
        } else {
            container.kill(new Kill(attempt, ErrorCode.CANCELLED));
        }
    }

    /** Ends every call that came from a gateway which has answered for them otherwise. */
    void abandon(String gateway) {
        of(gateway).forEach(this::cancel);
    }

    /** What of that gateway waits or runs here; what was ended counts until its container's death is proven. */
    List<Attempt> of(String gateway) {
        return attempts.of(gateway);
    }

    /** Completes when all has come that the attempt wrote, which is over. */
    Future<Void> lastLines(CallKey call) {
        return containers.values().stream()
                .filter(container -> container.ran(call))
                .findFirst()
                .map(container -> container.lastLines.in())
                .orElse(Future.succeededFuture());
    }

    private void ring() {
        long now = now();
        for (Alarms.Alarm alarm : alarms.due(now)) {
            alarms.take(alarm);
            apply(pool.timer(alarm.container(), alarm.generation(), now));
        }
    }

    /** The revision takes no more calls. */
    void revisionGone(RevisionId revision) {
        apply(pool.revisionGone(revision, now()));
    }

    /** Ends every attempt, telling its gateway: the invoker stops. Containers at rest stay, to be adopted. */
    void shutDown() {
        for (Attempt attempt : attempts.all()) {
            attempts.forget(attempt);
            logs.ended(attempt.key);
            if (!attempt.over()) {
                String message = "node " + settings.node() + " stops";
                LiveContainer container = runs(attempt);
                if (container != null) {
                    // Nobody would hold it to its limits, and nobody waits for it.
                    container.askToDie();
                }
                Failure failure = container == null
                        ? Failure.before(ErrorCode.SHUTTING_DOWN, message)
                        : Failure.during(ErrorCode.SHUTTING_DOWN, message);
                outbox.tell(attempt, attempt.fails(settings.node(), failure));
            }
        }
    }

    static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
