package dev.hearth.gateway.image.cluster;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageAhead;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.function.Revision;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.ImageService;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of a cluster, on the head: puts those of functions into its registry, offers them to nodes with engines of
 * their own, and has the routes by which members take them.
 *
 * <p>What is not in the registry yet is known by asking it: each beat goes through the images of all functions that were not
 * seen there in this life, so that one whose push failed, or was cut off by a kill, is pushed again. Lives on the event loop
 * on which it was made.
 */
public final class ClusterImages implements Consumer<Router> {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterImages.class);

    private final Vertx vertx;
    private final ImageStoreSettings settings;
    private final EngineStock engine;
    private final Offers offers;
    private final @Nullable ImageStore store;
    private final StoreMeters meters;
    private final Context loop;
    private final MemberGate gate;
    private final Set<String> stored = new HashSet<>();
    private Supplier<Collection<Revision>> functions = Set::of;
    private boolean storing;

    /**
     * Not started yet.
     *
     * @param images brings what the engine does not have
     * @param runtimes references of the runtimes' images
     */
    public ClusterImages(
            Vertx vertx,
            ImageStoreSettings settings,
            EngineStock engine,
            ImageService images,
            Set<String> runtimes,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.settings = settings;
        this.engine = engine;
        loop = vertx.getOrCreateContext();
        meters = new StoreMeters(registry);
        store = settings.registry()
                .map(at -> new ImageStore(vertx, at, settings.transfers()))
                .orElse(null);
        offers = new Offers(engine, images, runtimes, store, meters);
        gate = new MemberGate(
                Optional.ofNullable(store).map(some -> new StorePassage(some, meters)),
                new Archives(vertx, engine, offers::isOffered, meters, settings.archives()));
    }

    /**
     * Begins to watch the registry.
     *
     * @param serving the revisions that calls go to
     */
    public void start(Supplier<Collection<Revision>> serving) {
        functions = serving;
        ImageStore registry = store;
        if (registry != null) {
            meters.watch(() -> registry.fault().isEmpty());
            loop.runOnContext(ignored -> beat(registry));
            vertx.setPeriodic(settings.check().toMillis(), ignored -> beat(registry));
        }
    }

    /** Adds the routes by which members take images; the server asks for certificates of the cluster. */
    @Override
    public void accept(Router router) {
        gate.accept(router);
    }

    /** Whether the node that asks has the head's engine. */
    public Future<Boolean> shared(ImageFetch fetch) {
        return fetch.engine().isEmpty()
                ? Future.succeededFuture(true)
                : engine.identity().map(own -> own.equals(fetch.engine()));
    }

    /** How a node with another engine gets the image, or why it cannot. */
    public Future<BusMessage> offer(ImageFetch fetch) {
        return offers.answer(fetch);
    }

    /** A revision serves now; may be told on any thread. */
    public void serves(Revision revision) {
        if (!hasOwnImage(revision)) {
            return;
        }
        loop.runOnContext(ignored -> {
            ImageStore registry = store;
            if (registry != null) {
                store(revision, registry);
            }
            if (settings.ahead()) {
                ImageAhead ahead = new ImageAhead(
                        revision.imageDigest(),
                        revision.imageSource().reference(),
                        revision.function().namespace());
                vertx.eventBus().publish(BusAddress.INVOKERS, ahead, BusCodec.options());
            }
        });
    }

    /** Where the registry is; empty without one. */
    public Optional<String> registry() {
        return settings.registry().map(String::valueOf);
    }

    /** Why the registry does not answer; empty when it does, and without one. */
    public Optional<String> fault() {
        return offers.fault();
    }

    private void beat(ImageStore registry) {
        registry.check().onSuccess(ignored -> {
            if (!storing) {
                storing = true;
                Collection<Revision> all = functions.get();
                stored.retainAll(all.stream().map(Revision::imageDigest).toList());
                next(registry, all.stream().filter(this::isMissing).iterator());
            }
        });
    }

    private boolean isMissing(Revision revision) {
        return hasOwnImage(revision) && !stored.contains(revision.imageDigest());
    }

    private static boolean hasOwnImage(Revision revision) {
        return revision.contract().isPresent() && !revision.imageDigest().isEmpty();
    }

    /** One after the other: a push takes what the engine's disk gives. */
    private void next(ImageStore registry, Iterator<Revision> missing) {
        if (!missing.hasNext()) {
            storing = false;
            return;
        }
        store(missing.next(), registry).onComplete(done -> next(registry, missing));
    }

    private Future<?> store(Revision revision, ImageStore registry) {
        String image = revision.imageDigest();
        ImageFetch fetch = new ImageFetch(
                image, revision.imageSource().reference(), revision.function().namespace(), "");
        return offers.store(fetch, registry)
                .onSuccess(ignored -> {
                    stored.add(image);
                    LOG.info("event=image_stored image={} function={}", image, revision.label());
                })
                .onFailure(failure -> LOG.warn(
                        "event=image_not_stored image={} function={} reason=\"{}\" again_millis={}",
                        image,
                        revision.label(),
                        Offers.said(failure),
                        settings.check().toMillis()));
    }
}
