package dev.hearth.gateway.image;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Finds images by reference; failures are IMAGE_PULL_FAILED with the cause. */
public interface ImageService {
    /** The image if it is here; never pulls. */
    Future<Optional<ResolvedImage>> local(String reference);

    /** The image, pulled first when it is not here; one pull however many ask at once. */
    Future<ResolvedImage> resolve(String reference);

    /** The images that are here and have a name, one for each name, in the names' order. */
    Future<List<ResolvedImage>> named();
}
