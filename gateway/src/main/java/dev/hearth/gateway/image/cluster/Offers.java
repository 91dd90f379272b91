package dev.hearth.gateway.image.cluster;

import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.bus.ImageReply;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.image.EngineStock;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.ResolvedImage;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that an image can be taken from the head and says how: from its registry, or as an archive of its engine when
 * there is no registry or the registry is down.
 */
final class Offers {
    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);
    /** Images that nodes may take as archives: those that were offered last. */
    private static final int OFFERED = 10_000;

    private final EngineStock engine;
    private final ImageService images;
    private final Set<String> runtimes;
    private final @Nullable ImageStore store;
    private final StoreMeters meters;
    private final Map<String, Boolean> offered = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > OFFERED;
        }
    });

    /**
     * Offers of this engine's images.
     *
     * @param runtimes references of the runtimes' images
     * @param store the registry; null for none
     */
    Offers(
            EngineStock engine,
            ImageService images,
            Set<String> runtimes,
            @Nullable ImageStore store,
            StoreMeters meters) {
        this.engine = engine;
        this.images = images;
        this.runtimes = Set.copyOf(runtimes);
        this.store = store;
        this.meters = meters;
    }

    boolean isOffered(String image) {
        return offered.containsKey(image);
    }

    Future<BusMessage> answer(ImageFetch fetch) {
        return offer(fetch).<BusMessage>map(offer -> offer).otherwise(failure -> ImageReply.failed(said(failure)));
    }

    static String said(Throwable failure) {
        return failure instanceof HearthException told
                ? told.failure().message()
                : String.valueOf(failure.getMessage());
    }

    private Future<ImageOffer> offer(ImageFetch fetch) {
        if (!fetch.image().isEmpty()) {
            return offer(fetch.image(), fetch);
        }
        if (!runtimes.contains(fetch.reference())) {
            return refused(ImageReply.HEAD_LACKS + fetch.reference() + ", it is none of its runtimes'");
        }
        return images.local(fetch.reference())
                .compose(found -> found.isPresent()
                        ? offer(found.get().id(), fetch)
                        : refused(ImageReply.HEAD_LACKS + fetch.reference() + ": deploy/up.sh builds it"));
    }

    private Future<ImageOffer> offer(String image, ImageFetch fetch) {
        ImageStore registry = store;
        if (registry == null) {
            return archive(image, fetch);
        }
        return store(image, fetch, registry).recover(failure -> {
            LOG.warn("event=image_not_stored image={} reason=\"{}\"", image, said(failure));
            return archive(image, fetch);
        });
    }

    /** Puts the image into the registry, unless it is there. */
    Future<ImageOffer> store(ImageFetch fetch, ImageStore registry) {
        return store(fetch.image(), fetch, registry);
    }

    private Future<ImageOffer> store(String image, ImageFetch fetch, ImageStore registry) {
        String tag = ImageStore.tag(image);
        registry.use().begin(tag);
        return registry.use()
                .settled(tag)
                .compose(ignored -> registry.find(image))
                .compose(name -> name.map(found -> Future.succeededFuture(new ImageOffer(image, found)))
                        .orElseGet(() -> here(image, fetch).compose(ignored -> pushed(image, registry))))
                .onComplete(done -> registry.use().end(tag));
    }

    private Future<ImageOffer> pushed(String image, ImageStore registry) {
        long began = System.nanoTime();
        return engine.push(image, registry.repository(), ImageStore.tag(image))
                .onComplete(done -> {
                    registry.pushed();
                    meters.pushed(done.succeeded(), System.nanoTime() - began);
                })
                .compose(ignored -> registry.find(image))
                .compose(name -> name.map(found -> Future.succeededFuture(new ImageOffer(image, found)))
                        .orElseGet(() -> refused("the registry does not have the image " + image + " after its push")));
    }

    private Future<ImageOffer> archive(String image, ImageFetch fetch) {
        return here(image, fetch).map(ignored -> {
            offered.put(image, true);
            return new ImageOffer(image, "");
        });
    }

    private Future<ResolvedImage> here(String image, ImageFetch fetch) {
        if (!fetch.image().isEmpty() && !fetch.reference().isEmpty()) {
            return images.bring(fetch.namespace(), fetch.reference(), image);
        }
        return images.local(image)
                .compose(found -> found.map(Future::succeededFuture)
                        .orElseGet(() -> Offers.<ResolvedImage>refused("image " + image
                                + " is no longer on the head and no registry is known to have it: import it again, then"
                                + " register the function again")));
    }

    private static <T> Future<T> refused(String why) {
        return Future.failedFuture(new HearthException(ErrorCode.IMAGE_PULL_FAILED, why));
    }

    /** Why the registry does not answer; empty when it does, and without one. */
    Optional<String> fault() {
        return Optional.ofNullable(store).map(ImageStore::fault).filter(why -> !why.isEmpty());
    }
}
