package dev.hearth.gateway.image;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import io.vertx.core.Future;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Finds images by reference and brings them here; failures are IMAGE_PULL_FAILED with the cause. */
public interface ImageService {
    /** The image if it is here; never pulls. */
    Future<Optional<ResolvedImage>> local(String reference);

    /** The image, pulled first when it is not here; one pull however many ask at once. */
    default Future<ResolvedImage> resolve(String namespace, String reference) {
        return local(reference)
                .compose(found -> found.map(Future::succeededFuture).orElseGet(() -> pull(namespace, reference)));
    }

    /**
     * The image as the registry has it now; one pull however many ask at once.
     *
     * @param namespace whose credentials it is pulled with
     */
    Future<ResolvedImage> pull(String namespace, String reference);

    /**
     * The image of this id, fetched first by its digest when it is not here.
     *
     * @param digest {@code repository@sha256:...}
     */
    default Future<ResolvedImage> bring(String namespace, String digest, String id) {
        return local(id)
                .compose(found -> found.map(Future::succeededFuture)
                        .orElseGet(() -> pull(namespace, digest)
                                .compose(pulled -> pulled.id().equals(id)
                                        ? Future.succeededFuture(pulled)
                                        : Future.failedFuture(new HearthException(
                                                ErrorCode.IMAGE_PULL_FAILED,
                                                "image " + digest + " is " + pulled.id()
                                                        + " now, the function was bound to " + id
                                                        + ": register it again")))));
    }

    /** Removes an image that was fetched for nothing, as far as nobody else has taken hold of it. */
    void discard(ResolvedImage image);

    /** How far the pull of the reference has come; empty when none is under way. */
    Optional<PullProgress> progress(String namespace, String reference);

    /**
     * Loads the images of an archive that {@code docker save} wrote.
     *
     * <p>Reads and closes the stream on a thread that may block; an exception of its own fails the load. Fails with
     * INVALID_REQUEST when it is no such archive.
     */
    Future<List<ResolvedImage>> load(InputStream archive);

    /** All images that are here, by their first tag, untagged ones last. */
    Future<List<HeldImage>> all();
}
