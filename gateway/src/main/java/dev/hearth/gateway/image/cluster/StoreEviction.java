package dev.hearth.gateway.image.cluster;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.cluster.StoreBudget.Candidate;
import dev.hearth.gateway.image.cluster.StoreBudget.Leaving;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the head's registry within its budget ({@code images.registry-bytes}): looks at what it holds and deletes the images
 * that were wanted least recently. The head pushes one again when a node needs it; one that it could not push again, since
 * its engine has lost it and no registry is known to have it, stays while a function runs it.
 *
 * <p>It looks after each push and each deletion, at each beat while too much is there, and once a {@link #LOOK}. One look at a time, on a
 * thread of its own, its requests one after the other; all else lives on the event loop of {@link ClusterImages}. A registry
 * that deletes nothing is asked once in a look, and the reason is told when it is new.
 */
final class StoreEviction {
    private static final Logger LOG = LoggerFactory.getLogger(StoreEviction.class);
    /** Others may have pushed or deleted: another head, a person. */
    private static final Duration LOOK = Duration.ofMinutes(1);
    /** For the engine's word on one image; it has a deadline of its own. */
    private static final Duration WORD = Duration.ofMinutes(1);

    private static final String REFUSED = "it deletes nothing, so it grows beyond images.registry-bytes: set"
            + " storage.delete.enabled: true in its configuration (REGISTRY_STORAGE_DELETE_ENABLED=true for a container)"
            + " and restart it";

    private final ImageStore store;
    private final StoreContents contents;
    private final ImageService images;
    private final ImageStoreSettings settings;
    private final StoreMeters meters;
    private final Context loop;
    private @Nullable Future<Void> running;
    private long pushes = -1;
    private long lookedAt;
    private String trouble = "";
    private volatile double held = Double.NaN;

    /**
     * What a look found and left.
     *
     * @param again whether the next beat looks whether it is so
     */
    private record Seen(double bytes, String trouble, boolean again) {
        Seen(double bytes, String trouble) {
            this(bytes, trouble, false);
        }
    }

    /** Has not looked yet; {@code loop} is the event loop that it is used on. */
    StoreEviction(
            ImageStore store, ImageService images, ImageStoreSettings settings, StoreMeters meters, Context loop) {
        this.store = store;
        this.contents = new StoreContents(store);
        this.images = images;
        this.settings = settings;
        this.meters = meters;
        this.loop = loop;
    }

    /** Bytes of all images; not a number before the first look. */
    double held() {
        return held;
    }

    /** Whether an image of this size may come without another one leaving; true while nothing is known. */
    boolean fits(Bytes size) {
        return !(held + Math.max(1, size.value()) > most());
    }

    private double most() {
        return settings.isBounded() ? settings.most().value() : Double.POSITIVE_INFINITY;
    }

    /**
     * Looks if it is time to, or waits for the look under way. Never fails: what goes wrong is logged, and tried again.
     *
     * @param serving ids of the images that functions run, and whether a registry is known to have each
     */
    Future<Void> look(Supplier<Map<String, Boolean>> serving) {
        if (running != null) {
            return running;
        }
        if (!isDue()) {
            return Future.succeededFuture();
        }
        pushes = store.pushes();
        lookedAt = System.nanoTime();
        Promise<Void> ended = Promise.promise();
        running = ended.future();
        Map<String, Boolean> functions = serving.get();
        Thread.ofVirtual().name("image-store-look").start(() -> look(functions, ended));
        return ended.future();
    }

    private boolean isDue() {
        return pushes != store.pushes()
                || (held > most() && trouble.isEmpty())
                || System.nanoTime() - lookedAt >= LOOK.toNanos();
    }

    private void look(Map<String, Boolean> functions, Promise<Void> ended) {
        Seen seen;
        try {
            seen = round(functions);
        } catch (Exception failure) {
            seen = new Seen(held, "what it holds cannot be told, or not be deleted: " + failure.getMessage());
        }
        Seen found = seen;
        loop.runOnContext(ignored -> {
            conclude(found);
            running = null;
            ended.complete();
        });
    }

    private void conclude(Seen seen) {
        held = seen.bytes();
        if (!seen.trouble().isEmpty() && !seen.trouble().equals(trouble)) {
            LOG.warn("event=image_store_keeps registry={} reason=\"{}\"", store.address(), seen.trouble());
        }
        trouble = seen.trouble();
        if (seen.again()) {
            pushes = -1;
        }
    }

    private Seen round(Map<String, Boolean> functions) throws IOException {
        List<StoredImage> all = contents.read();
        long bytes = StoreBudget.bytes(all);
        if (bytes <= most()) {
            return new Seen(bytes, "");
        }
        List<Candidate> candidates = all.stream()
                .map(image -> new Candidate(image, store.use().lastUse(image), serves(image, functions)))
                .toList();
        boolean deletes = false;
        for (Leaving next :
                StoreBudget.surplus(candidates, settings.most().value(), image -> mayGo(image, functions))) {
            if (!store.use().leave(next.image(), settings.grace())) {
                break;
            }
            if (!isDeleted(next)) {
                return new Seen(bytes, REFUSED);
            }
            deletes = true;
            bytes -= next.bytes();
            meters.deleted().increment();
            LOG.info(
                    "event=image_deleted images={} freed_bytes={} held_bytes={} budget_bytes={}",
                    next.image().tags(),
                    next.bytes(),
                    bytes,
                    settings.most().value());
        }
        return new Seen(bytes, deletes ? "" : trouble, deletes);
    }

    private boolean isDeleted(Leaving next) throws IOException {
        try {
            return contents.delete(next);
        } finally {
            loop.runOnContext(ignored -> store.use().left(next.image()));
        }
    }

    private static boolean serves(StoredImage image, Map<String, Boolean> functions) {
        return image.tags().stream().map(ImageStore::image).anyMatch(functions::containsKey);
    }

    private boolean mayGo(StoredImage image, Map<String, Boolean> functions) {
        return store.use().isFree(image, settings.grace())
                && image.tags().stream()
                        .map(ImageStore::image)
                        .allMatch(id -> functions.getOrDefault(id, true) || isOnEngine(id));
    }

    private boolean isOnEngine(String id) {
        try {
            return images.local(id)
                    .await(WORD.toMillis(), TimeUnit.MILLISECONDS)
                    .isPresent();
        } catch (Exception silent) {
            LOG.debug("event=image_not_looked_up image={} reason=\"{}\"", id, silent.getMessage());
            return false;
        }
    }
}
