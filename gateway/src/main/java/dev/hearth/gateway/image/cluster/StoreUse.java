package dev.hearth.gateway.image.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who wants which image of the registry, in this life of the head: images that are being offered or pushed now, manifests and
 * blobs that pass to a node now, and when each was wanted last. Any thread.
 *
 * <p>An image of which nothing is known was wanted when the head started: it is the oldest, and still not deleted under a
 * node that was offered it by the life before. An image is known by its tag and by its manifest's digest.
 *
 * <p>Deleting and offering do not meet: who begins to offer an image that is just being deleted waits until it is gone,
 * and then pushes it; one that is being offered is not deleted.
 */
final class StoreUse {
    /** Images that are remembered: those that were wanted last. */
    private static final int MOST = 100_000;

    private final LongSupplier nanos;
    private final long start;
    private final Map<String, Integer> now = new HashMap<>();
    private final Map<String, Promise<Void>> leaving = new HashMap<>();
    private final LinkedHashMap<String, Long> last = new LinkedHashMap<>();

    StoreUse(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    private long elapsed() {
        return nanos.getAsLong() - start;
    }

    /** Somebody wants it: a tag, or the digest of a manifest or blob; until {@link #end}. */
    synchronized void begin(String key) {
        now.merge(key, 1, Integer::sum);
    }

    synchronized void end(String key) {
        now.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
        last.remove(key);
        last.put(key, elapsed());
        if (last.size() > MOST) {
            last.pollFirstEntry();
        }
    }

    /** Done when the image with this tag is not, or no longer, being deleted. */
    synchronized Future<Void> settled(String tag) {
        Promise<Void> going = leaving.get(tag);
        return going == null ? Future.succeededFuture() : going.future();
    }

    /** Nanoseconds of this life after which it was wanted last; 0 when that is not known. */
    synchronized long lastUse(StoredImage image) {
        return names(image).mapToLong(key -> last.getOrDefault(key, 0L)).max().orElse(0);
    }

    private static Stream<String> names(StoredImage image) {
        return Stream.concat(image.tags().stream(), Stream.of(image.digest()));
    }

    /** Whether nobody wants it, nor has for so long. */
    synchronized boolean isFree(StoredImage image, Duration grace) {
        boolean wanted = Stream.concat(image.tags().stream(), image.blobs().keySet().stream())
                .anyMatch(now::containsKey);
        return !wanted && elapsed() - lastUse(image) >= grace.toNanos();
    }

    /** It is being deleted from now on, until {@link #left}; false when somebody wants it. */
    synchronized boolean leave(StoredImage image, Duration grace) {
        if (!isFree(image, grace)) {
            return false;
        }
        image.tags().forEach(tag -> leaving.put(tag, Promise.promise()));
        return true;
    }

    /** Its deletion is over, well or not. Who waited for it goes on within this call. */
    void left(StoredImage image) {
        image.tags().forEach(tag -> {
            Promise<Void> gone = taken(tag);
            if (gone != null) {
                gone.complete();
            }
        });
    }

    private synchronized @Nullable Promise<Void> taken(String tag) {
        return leaving.remove(tag);
    }
}
