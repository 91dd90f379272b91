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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The images of a cluster, on the head: keeps what nodes need in its registry ({@link StoreFilling}), offers it to nodes with
 * engines of their own, and has the routes by which members take it. Lives on the event loop on which it was made.
 */
public final class ClusterImages implements Consumer<Router> {
    private final Vertx vertx;
    private final ImageStoreSettings settings;
    private final EngineStock engine;
    private final Offers offers;
    private final @Nullable StoreFilling filling;
    private final Context loop;
    private final MemberGate gate;

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
        StoreMeters meters = new StoreMeters(registry);
        ImageStore store = settings.registry()
                .map(at -> new ImageStore(vertx, at, settings.transfers()))
                .orElse(null);
        offers = new Offers(engine, images, runtimes, store, meters);
        gate = new MemberGate(
                Optional.ofNullable(store).map(some -> new StorePassage(some, meters)),
                new Archives(vertx, engine, offers::isOffered, meters, settings.archives()));
        filling = store == null ? null : filling(store, images, runtimes, meters);
    }

    private StoreFilling filling(ImageStore store, ImageService images, Set<String> runtimes, StoreMeters meters) {
        StoreEviction eviction = new StoreEviction(store, images, settings, meters, loop);
        meters.watch(() -> store.fault().isEmpty(), eviction::held, settings.most());
        return new StoreFilling(store, eviction, offers, images, runtimes, settings.check());
    }

    /**
     * Begins to watch the registry.
     *
     * @param serving the revisions that calls go to
     */
    public void start(Supplier<Collection<Revision>> serving) {
        StoreFilling filled = filling;
        if (filled != null) {
            filled.serve(serving);
            loop.runOnContext(ignored -> {
                filled.beat();
                vertx.setPeriodic(settings.check().toMillis(), again -> filled.beat());
            });
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
        if (!StoreFilling.hasOwnImage(revision)) {
            return;
        }
        loop.runOnContext(ignored -> {
            if (filling != null) {
                filling.put(revision);
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
}
