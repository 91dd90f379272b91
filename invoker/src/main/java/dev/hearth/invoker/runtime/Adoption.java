package dev.hearth.invoker.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.RevisionId;
import dev.hearth.invoker.docker.Binding;
import dev.hearth.invoker.docker.ContainerDirectories;
import dev.hearth.invoker.docker.ContainerDirectories.Found;
import dev.hearth.invoker.docker.ContainerOrigin;
import dev.hearth.invoker.docker.ContainerSpec;
import dev.hearth.invoker.docker.ContainerState;
import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.ListedContainer;
import dev.hearth.invoker.docker.UidRange;
import dev.hearth.invoker.network.Link;
import dev.hearth.invoker.network.NodeNetwork;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.ContainerPool;
import dev.hearth.invoker.pool.StemClass;
import dev.hearth.invoker.sidechannel.Hello;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the containers of this node's life before: adopts those that are idle and sound, removes all others.
 *
 * <p>A container is adopted when the engine has it running, its folder tells what it is, and its runtime dials again within
 * {@code WAIT} with the revision that the folder names and no call in flight. What had a call in flight is killed: nobody
 * waits for that call any more, and whether it was done twice must not depend on luck.
 *
 * <p>Those that may be adopted are taken together, when the last has dialled, been refused or stayed silent: what serves a
 * revision before stem cells, the older before the younger. So who finds no room does not depend on who dials first.
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    /** Bridge and runtime dial every 100 ms. */
    private static final long WAIT_MILLIS = 3_000;

    /** Between two tries to remove what the engine did not remove. */
    private static final long AGAIN_MILLIS = 5_000;

    private final Vertx vertx;
    private final String node;
    private final Parts parts;

    /** What it works with. */
    record Parts(
            Engine engine,
            ContainerDirectories directories,
            UidRange uids,
            Fleet fleet,
            Workshop workshop,
            ImageCatalogue images,
            CodeDelivery code,
            Cache<RevisionId, Revision> revisions,
            NodeNetwork network,
            List<StemClass> stems) {}

    Adoption(Vertx vertx, String node, Parts parts) {
        this.vertx = vertx;
        this.node = node;
        this.parts = parts;
    }

    /** Done when every container of the life before is adopted or ordered to go. */
    Future<Void> run() {
        return parts.directories()
                .existing()
                .compose(folders -> parts.engine()
                        .list(ContainerSpec.NODE_LABEL, node)
                        .compose(containers -> sort(folders, containers)));
    }

    /**
     * Removes containers with this node's label that nobody here knows: a create that the engine carried out after its
     * deadline, when its name had been removed already. Must not run beside {@link #run}, whose containers are not known yet.
     */
    Future<Void> strays() {
        return parts.engine()
                .list(ContainerSpec.NODE_LABEL, node)
                .onSuccess(all -> all.forEach(this::stray))
                .mapEmpty();
    }

    private void stray(ListedContainer container) {
        String id = idOf(container);
        if (id.isEmpty() || parts.fleet().find(new ContainerId(id)) == null) {
            LOG.warn("event=stray_container container={} action=remove", container.name());
            removed(container.id());
        }
    }

    /** One that runs and whose folder says what it is. */
    private record Heir(
            ListedContainer container,
            Found found,
            ContainerOrigin origin,
            LiveContainer live,
            Future<Boolean> dialled) {
        static final Comparator<Heir> ORDER = Comparator.comparing(
                        (Heir heir) -> heir.found.binding().isEmpty())
                .thenComparing(heir -> heir.container.created())
                .thenComparing(heir -> heir.container.name());
    }

    private Future<Void> sort(List<Found> folders, List<ListedContainer> containers) {
        Map<String, Found> byId = new HashMap<>();
        folders.forEach(found -> byId.put(found.directory().id(), found));
        List<Heir> heirs = new ArrayList<>();
        List<Future<Boolean>> dropped = new ArrayList<>();
        for (ListedContainer container : containers) {
            Optional<Found> found = Optional.ofNullable(byId.remove(idOf(container)));
            if (found.filter(this::isKnown).isPresent()) {
                continue;
            }
            Optional<ContainerOrigin> origin = found.flatMap(Found::origin);
            if (found.isEmpty() || origin.isEmpty() || container.state() != ContainerState.RUNNING) {
                dropped.add(drop(container, found, "it does not run or its folder does not say what it is"));
            } else {
                heirs.add(heir(container, found.get(), origin.get()));
            }
        }
        byId.values().stream()
                .filter(Predicate.not(this::isKnown))
                .forEach(orphan -> parts.directories().delete(orphan.directory()));
        heirs.sort(Heir.ORDER);
        Future<Long> adopted = adopt(heirs);
        return Future.join(dropped)
                .transform(ignored -> adopted)
                .onSuccess(count -> {
                    int all = heirs.size() + dropped.size();
                    if (all > 0) {
                        LOG.info("event=adoption adopted={} removed={}", count, all - count);
                    }
                })
                .mapEmpty();
    }

    private boolean isKnown(Found found) {
        return parts.fleet().find(new ContainerId(found.directory().id())) != null;
    }

    /** The name is {@code hearth-NODE-ID} and may have {@code -FUNCTION} behind it; an id is two words. */
    private String idOf(ListedContainer container) {
        String prefix = "hearth-" + node + "-";
        if (!container.name().startsWith(prefix)) {
            return "";
        }
        String[] words = container.name().substring(prefix.length()).split("-", -1);
        return words.length < 2 ? "" : words[0] + "-" + words[1];
    }

    /** Listens for it from now on. */
    private Heir heir(ListedContainer container, Found found, ContainerOrigin origin) {
        parts.uids().claim(origin.uid());
        Promise<Boolean> dialled = Promise.promise();
        LiveContainer live =
                parts.workshop().of(new ContainerId(found.directory().id()), origin.uid(), new Newcomer(dialled));
        live.engine.madeFor(origin.memory());
        if (!origin.address().isEmpty()) {
            parts.network()
                    .claim(origin.address())
                    .ifPresent(link -> live.engine.uplink(parts.workshop().uplink(link)));
        }
        parts.workshop().listen(live).onComplete(listening -> live.created(container.id()));
        vertx.setTimer(WAIT_MILLIS, ignored -> dialled.tryComplete(false));
        return new Heir(container, found, origin, live, dialled.future());
    }

    /** How many were adopted; the others are gone or ordered to go. */
    private Future<Long> adopt(List<Heir> heirs) {
        return Future.join(heirs.stream().map(this::judged).toList())
                .compose(judged -> Future.join(
                        judged.<Claim>list().stream().map(Claim::settle).toList()))
                .map(settled ->
                        settled.<Boolean>list().stream().filter(taken -> taken).count());
    }

    /** What is left to do for one when its turn comes: says whether it was adopted. */
    private interface Claim {
        Future<Boolean> settle();
    }

    /** One that must not be adopted is removed at once. */
    private Future<Claim> judged(Heir heir) {
        return heir.dialled()
                .compose(yes -> yes ? take(heir) : Future.succeededFuture(Optional.<Runnable>empty()))
                .otherwise(Optional.empty())
                .compose(take -> take.isPresent()
                        ? Future.succeededFuture(() -> adopted(heir, take.get()))
                        : refused(heir).map(none -> () -> Future.succeededFuture(false)));
    }

    private Future<Boolean> adopted(Heir heir, Runnable take) {
        if (!heir.live().sound()) {
            return refused(heir);
        }
        take.run();
        return Future.succeededFuture(true);
    }

    private Future<Boolean> refused(Heir heir) {
        LiveContainer live = heir.live();
        live.leave();
        return drop(heir.container(), Optional.of(heir.found()), refusal(live, heir.found()))
                .onComplete(ignored -> {
                    live.close();
                    live.engine.uplink().link().ifPresent(parts.network()::release);
                    parts.uids().release(heir.origin().uid());
                })
                .otherwise(false);
    }

    private static String refusal(LiveContainer live, Found found) {
        Hello hello = live.hello();
        if (hello == null) {
            return "its runtime did not dial within " + WAIT_MILLIS + " ms";
        }
        if (!hello.inFlight().isEmpty()) {
            return "it had a call in flight";
        }
        if (found.binding().map(held -> hasGpus(held.revision())).orElse(false)) {
            return "it has graphics processors of which nobody knows the numbers any more";
        }
        if (found.binding().map(held -> cutOff(live, held.revision())).orElse(false)) {
            return "its network is not there, or not one of network.addresses";
        }
        return found.binding().isPresent()
                ? "it holds revision '" + hello.revision() + "', its folder says another"
                : "no stem cell of its image, memory and disk is wanted any more";
    }

    /** How it is adopted; empty when it must not be. */
    private Future<Optional<Runnable>> take(Heir heir) {
        LiveContainer live = heir.live();
        Hello hello = live.hello();
        Optional<Revision> revision = heir.found().binding().map(Binding::revision);
        String held = revision.map(r -> r.id().toString()).orElse("");
        if (hello == null
                || !live.sound()
                || !hello.inFlight().isEmpty()
                || !hello.revision().equals(held)) {
            return Future.succeededFuture(Optional.empty());
        }
        if (revision.isPresent()) {
            return lost(live, revision.get())
                    ? Future.succeededFuture(Optional.empty())
                    : guarded(live, revision.get()).map(open -> Optional.of(() -> takeWarm(live, revision.get())));
        }
        if (!heir.origin().address().isEmpty()) {
            // It was about to become a function's: a stem cell has no network.
            return Future.succeededFuture(Optional.empty());
        }
        return stem(heir.origin()).map(kind -> kind.map(found -> () -> takeStem(live, found)));
    }

    /** Whether nothing says any more what it holds of the node. */
    private static boolean lost(LiveContainer live, Revision revision) {
        return hasGpus(revision) || cutOff(live, revision);
    }

    private static boolean hasGpus(Revision revision) {
        return !revision.limits().gpus().isNone();
    }

    private static boolean cutOff(LiveContainer live, Revision revision) {
        Optional<Link> link = live.engine.uplink().link();
        return revision.network().internet()
                && (link.isEmpty() || link.get().fenced() != revision.network().fenced());
    }

    /** It may be called only when the firewall stands again, and what its function's list has is open. */
    private Future<Void> guarded(LiveContainer live, Revision revision) {
        return live.engine
                .uplink()
                .link()
                .map(link -> parts.network().guard(link, revision.network()))
                .orElse(Future.succeededFuture());
    }

    private void takeWarm(LiveContainer live, Revision revision) {
        parts.revisions().put(revision.id(), revision);
        parts.code().adopt(live.id, revision);
        live.adopt(revision, parts.fleet());
        parts.fleet().adopt(live);
        ContainerPool pool = parts.fleet().pool();
        parts.fleet().apply(pool.adopted(live.id, pool.demandOf(revision), Fleet.now()));
    }

    private void takeStem(LiveContainer live, StemClass kind) {
        live.adopt(null, parts.fleet());
        parts.fleet().adopt(live);
        parts.fleet().apply(parts.fleet().pool().adoptedStem(live.id, kind, Fleet.now()));
    }

    private Future<Optional<StemClass>> stem(ContainerOrigin origin) {
        for (StemClass kind : parts.stems()) {
            boolean same = kind.runtime().equals(origin.runtime())
                    && kind.memory().equals(origin.memory())
                    && kind.disk().equals(origin.scratch());
            if (same) {
                return parts.images()
                        .find(kind.image())
                        .map(image -> image.id().equals(origin.image()) ? Optional.of(kind) : Optional.empty());
            }
        }
        return Future.succeededFuture(Optional.empty());
    }

    private Future<Boolean> drop(ListedContainer container, Optional<Found> found, String reason) {
        LOG.info("event=container_dropped container={} reason=\"{}\"", container.name(), reason);
        return removed(container.id())
                .compose(ignored -> found.isEmpty()
                        ? Future.<Void>succeededFuture()
                        : parts.directories().delete(found.get().directory()))
                .map(false);
    }

    /** Gone at the first try, or tried further while the node goes on. */
    private Future<Void> removed(String engineId) {
        return parts.engine().remove(engineId).onFailure(fault -> {
            LOG.warn("event=removal_failed container={} reason=\"{}\" action=retry", engineId, fault.getMessage());
            vertx.setTimer(AGAIN_MILLIS, ignored -> removed(engineId));
        });
    }
}
