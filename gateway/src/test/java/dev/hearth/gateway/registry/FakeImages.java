package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.HeldImage;
import dev.hearth.gateway.image.ImageService;
import dev.hearth.gateway.image.PullProgress;
import dev.hearth.gateway.image.ResolvedImage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Images by hand: some are here, a pull ends when the test says so. */
public final class FakeImages implements ImageService {
    private final Map<String, ResolvedImage> here = new ConcurrentHashMap<>();
    private final Map<String, Promise<ResolvedImage>> pulls = new ConcurrentHashMap<>();
    private final Map<String, String> failing = new ConcurrentHashMap<>();

    public FakeImages() {
        put("hearth/python3:latest", "sha256:py1");
        put("hearth/nodejs:latest", "sha256:js1");
        put("hearth/java:latest", "sha256:java1");
        put("hearth/native:latest", "sha256:native1");
    }

    public void put(String reference, String id) {
        put(reference, id, Bytes.ofMiB(100));
    }

    public void put(String reference, String id, Bytes size) {
        here.put(reference, new ResolvedImage(reference, id, size, true, reference + "@" + id, false));
    }

    /** One with nothing in it that says what to run. */
    void putBare(String reference) {
        here.put(reference, new ResolvedImage(reference, "sha256:bare", Bytes.ofMiB(100), false, "", false));
    }

    public void remove(String reference) {
        here.remove(reference);
    }

    @Override
    public Future<Optional<ResolvedImage>> local(String reference) {
        return Future.succeededFuture(Optional.ofNullable(here.get(reference)));
    }

    @Override
    public Future<ResolvedImage> pull(String namespace, String reference) {
        return pull(reference).future();
    }

    @Override
    public void discard(ResolvedImage image) {
        here.remove(image.reference());
    }

    @Override
    public Optional<PullProgress> progress(String namespace, String reference) {
        return Optional.ofNullable(pulls.get(reference))
                .filter(pull -> !pull.future().isComplete())
                .map(ignored -> new PullProgress(1, 2, 3, 4));
    }

    @Override
    public Future<List<ResolvedImage>> load(InputStream archive) {
        return Future.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public Future<List<HeldImage>> all() {
        return Future.succeededFuture(here.values().stream()
                .map(image -> new HeldImage(image.id(), List.of(image.reference()), image.size(), Instant.EPOCH))
                .toList());
    }

    private Promise<ResolvedImage> pull(String reference) {
        String cause = failing.get(reference);
        if (cause != null) {
            Promise<ResolvedImage> failed = Promise.promise();
            failed.fail(new HearthException(ErrorCode.IMAGE_PULL_FAILED, cause));
            return failed;
        }
        return pulls.computeIfAbsent(reference, ignored -> Promise.promise());
    }

    public void pulled(String reference, String id) {
        put(reference, id);
        pull(reference).complete(here.get(reference));
    }

    /** Every pull of the reference that is asked for from now on fails. */
    public void failWhenPulled(String reference, String cause) {
        failing.put(reference, cause);
    }

    public void pullFails(String reference, String cause) {
        pull(reference).fail(new HearthException(ErrorCode.IMAGE_PULL_FAILED, cause));
        pulls.remove(reference);
    }
}
