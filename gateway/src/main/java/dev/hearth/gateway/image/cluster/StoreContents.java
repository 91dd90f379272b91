package dev.hearth.gateway.image.cluster;

import dev.hearth.gateway.image.cluster.StoreBudget.Leaving;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the registry holds, read and deleted by its API, one request after the other. The calls block, and are made by one
 * thread at a time, never an event loop.
 *
 * <p>A tag that was read once is not read again: the head writes it once. Where somebody else has moved one, deleting what it
 * led to finds nothing, and then it is read again.
 */
final class StoreContents {
    /** Parts in which the list of tags may come; most registries give it whole. */
    private static final int PAGES = 1_000;

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;

    private final ImageStore store;
    private final Map<String, StoredImage> known = new HashMap<>();

    StoreContents(ImageStore store) {
        this.store = store;
    }

    /** All its images; two tags of one manifest are one image. */
    List<StoredImage> read() throws IOException {
        Set<String> tags = tags();
        known.keySet().retainAll(tags);
        for (String tag : tags) {
            if (!known.containsKey(tag)) {
                image(tag).ifPresent(image -> known.put(tag, image));
            }
        }
        Map<String, StoredImage> images = new HashMap<>();
        known.values().forEach(image -> images.merge(image.digest(), image, StoreContents::both));
        return List.copyOf(images.values());
    }

    private static StoredImage both(StoredImage one, StoredImage other) {
        Set<String> tags = new LinkedHashSet<>(one.tags());
        tags.addAll(other.tags());
        return new StoredImage(tags, one.manifests(), one.blobs());
    }

    private Set<String> tags() throws IOException {
        Set<String> tags = new LinkedHashSet<>();
        String from = "";
        for (int page = 0; page < PAGES; page++) {
            ImageStore.Answer answer = ask(HttpMethod.GET, "/tags/list" + from);
            if (answer.status() == NOT_FOUND) {
                return tags;
            }
            List<String> more =
                    names(expect(OK, answer, "the list of images").body().toJsonObject());
            tags.addAll(more);
            if (!answer.isPart() || more.isEmpty()) {
                return tags;
            }
            from = "?last=" + more.getLast();
        }
        throw new IOException("its list of images has more than " + PAGES + " parts");
    }

    private static List<String> names(JsonObject list) {
        return list.getValue("tags") instanceof JsonArray some
                ? some.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Empty when it is gone by now, or only its tag is there. */
    private Optional<StoredImage> image(String tag) throws IOException {
        ImageStore.Answer answer = ask(HttpMethod.GET, "/manifests/" + tag);
        if (answer.status() == NOT_FOUND) {
            return Optional.empty();
        }
        String digest = expect(OK, answer, "the manifest of " + tag)
                .digest()
                .orElseThrow(() -> new IOException("it does not say which manifest " + tag + " is"));
        List<String> manifests = new ArrayList<>(List.of(digest));
        Map<String, Long> blobs = new HashMap<>();
        StoredManifest top = StoredManifest.parse(answer.body());
        blobs.putAll(top.blobs());
        for (String listed : top.listed()) {
            ImageStore.Answer part = ask(HttpMethod.GET, "/manifests/" + listed);
            // An index may list what was never pushed: images for other machines.
            if (part.status() != NOT_FOUND) {
                blobs.putAll(StoredManifest.parse(
                                expect(OK, part, "the manifest " + listed).body())
                        .blobs());
                blobs.put(listed, (long) part.body().length());
                manifests.add(listed);
            }
        }
        blobs.put(digest, (long) answer.body().length());
        return Optional.of(new StoredImage(Set.of(tag), manifests, blobs));
    }

    /**
     * Deletes the manifests; what is not there is deleted. The bytes come back with the registry's garbage collection.
     *
     * @return false when the registry deletes nothing, by its configuration
     */
    boolean delete(Leaving leaving) throws IOException {
        known.keySet().removeAll(leaving.image().tags());
        for (String manifest : leaving.manifests()) {
            ImageStore.Answer answer = ask(HttpMethod.DELETE, "/manifests/" + manifest);
            if (answer.status() == NOT_ALLOWED) {
                return false;
            }
            if (answer.status() != NOT_FOUND) {
                expect(ACCEPTED, answer, "the deletion of " + manifest);
            }
        }
        return true;
    }

    private ImageStore.Answer ask(HttpMethod method, String path) throws IOException {
        try {
            return store.ask(method, path).await(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException(
                    "it did not answer " + method + " " + path + " within " + ANSWER.toSeconds() + " s", late);
        }
    }

    private static ImageStore.Answer expect(int status, ImageStore.Answer answer, String what) throws IOException {
        if (answer.status() != status) {
            throw new IOException("it answers " + what + " with status " + answer.status());
        }
        return answer;
    }
}
