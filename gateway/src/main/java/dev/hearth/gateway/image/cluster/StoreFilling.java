package dev.hearth.gateway.image.cluster;

import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.ImageService;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into the head's registry what nodes will need: the runtimes' images, which each new node takes first, and those of all
 * functions.
 *
 * <p>What is not there yet is known by asking: each beat goes through the images that were not seen there in this life, so
 * that one whose push failed, or was cut off by a kill, is pushed again, unless others would have to leave for it
 * ({@link StoreEviction}). Lives on one event loop.
 */
final class StoreFilling {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFilling.class);

    private final ImageStore store;
    private final StoreEviction eviction;
    private final Offers offers;
    private final ImageService images;
    private final Set<String> references;
    private final Duration again;
    /** The runtimes' images that the engine was seen to have, by their references. */
    private final Map<String, Wanted> runtimes = new HashMap<>();
    /** Images that need no push: seen in the registry in this life, or left out for want of room. */
    private final Set<String> stored = new HashSet<>();

    private Supplier<Collection<Revision>> functions = Set::of;
    private boolean storing;

    /**
     * An image that belongs into the registry.
     *
     * @param user what runs it, for the log
     */
    private record Wanted(ImageFetch fetch, Bytes size, String user) {
        static Wanted of(Revision revision) {
            ImageFetch fetch = new ImageFetch(
                    revision.imageDigest(),
                    revision.imageSource().reference(),
                    revision.function().namespace(),
                    "");
            return new Wanted(fetch, revision.imageSource().size(), revision.label());
        }

        String image() {
            return fetch.image();
        }
    }

    /**
     * Does nothing yet.
     *
     * @param runtimes references of the runtimes' images
     * @param again how often it is called, for the log
     */
    StoreFilling(
            ImageStore store,
            StoreEviction eviction,
            Offers offers,
            ImageService images,
            Set<String> runtimes,
            Duration again) {
        this.store = store;
        this.eviction = eviction;
        this.offers = offers;
        this.images = images;
        this.references = Set.copyOf(runtimes);
        this.again = again;
    }

    /** From now on these revisions are those that calls go to. */
    void serve(Supplier<Collection<Revision>> serving) {
        functions = serving;
    }

    /** Asks whether the registry answers, and if it does sees to its room and to what it lacks. */
    void beat() {
        store.check().compose(ignored -> eviction.look(this::needed)).onSuccess(ignored -> fill());
    }

    private void fill() {
        if (storing) {
            return;
        }
        storing = true;
        seeRuntimes().onComplete(done -> {
            List<Wanted> all = wanted().toList();
            stored.retainAll(all.stream().map(Wanted::image).collect(Collectors.toSet()));
            next(all.stream().filter(one -> !stored.contains(one.image())).iterator());
        });
    }

    /** One that the engine lacks is looked for again with the next beat. */
    private Future<?> seeRuntimes() {
        List<Future<?>> looks = new ArrayList<>();
        references.stream()
                .filter(one -> !runtimes.containsKey(one))
                .forEach(one -> looks.add(images.local(one)
                        .onSuccess(found -> found.ifPresent(image -> runtimes.put(
                                one, new Wanted(new ImageFetch(image.id(), "", "default", ""), image.size(), one))))));
        return Future.join(looks);
    }

    private Stream<Wanted> wanted() {
        return Stream.concat(
                runtimes.values().stream(),
                functions.get().stream().filter(StoreFilling::hasOwnImage).map(Wanted::of));
    }

    /** Whether its image is not one of the runtimes'. */
    static boolean hasOwnImage(Revision revision) {
        return revision.contract().isPresent() && !revision.imageDigest().isEmpty();
    }

    /** Images that are in use, and whether a registry is known to have each. */
    private Map<String, Boolean> needed() {
        return wanted().collect(Collectors.toMap(
                Wanted::image, one -> !one.fetch().reference().isEmpty(), Boolean::logicalOr));
    }

    /** One after the other: a push takes what the engine's disk gives. */
    private void next(Iterator<Wanted> missing) {
        if (!missing.hasNext()) {
            storing = false;
            return;
        }
        Wanted one = missing.next();
        store.find(one.image())
                .compose(name -> {
                    if (name.isPresent()) {
                        stored.add(one.image());
                        return Future.succeededFuture();
                    }
                    return missed(one);
                })
                .onComplete(done -> next(missing));
    }

    /** What no node has asked for is pushed where there is room for it: it may have left for want of room. */
    private Future<?> missed(Wanted one) {
        if (eviction.fits(one.size())) {
            return put(one).compose(ignored -> eviction.look(this::needed));
        }
        stored.add(one.image());
        LOG.info("event=image_left_out image={} for={}", one.image(), one.user());
        return Future.succeededFuture();
    }

    /** Puts the image of a revision there, whatever has to leave for it. */
    void put(Revision revision) {
        put(Wanted.of(revision));
    }

    private Future<?> put(Wanted one) {
        return offers.store(one.fetch(), store)
                .onSuccess(ignored -> {
                    stored.add(one.image());
                    LOG.info("event=image_stored image={} for={}", one.image(), one.user());
                })
                .onFailure(failure -> LOG.warn(
                        "event=image_not_stored image={} for={} reason=\"{}\" again_millis={}",
                        one.image(),
                        one.user(),
                        Offers.said(failure),
                        again.toMillis()));
    }
}
