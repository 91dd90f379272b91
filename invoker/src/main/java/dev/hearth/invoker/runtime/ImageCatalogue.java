package dev.hearth.invoker.runtime;

import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.docker.InspectedImage;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the node's images start, asked once: a container's create must not wait for a question whose answer is known.
 *
 * <p>A tag may move: what is known is forgotten when a create finds that the image is gone, and on each heartbeat that
 * lists the images. Lives on one event loop.
 */
final class ImageCatalogue {
    private final Engine engine;
    private final Map<String, InspectedImage> known = new HashMap<>();
    private List<String> references = List.of();
    private long bytes;

    ImageCatalogue(Engine engine) {
        this.engine = engine;
    }

    /** The image of this reference or id; fails with NO_SUCH_IMAGE when the node does not have it. */
    Future<InspectedImage> find(String reference) {
        InspectedImage image = known.get(reference);
        if (image != null) {
            return Future.succeededFuture(image);
        }
        return engine.imageByReference(reference).compose(found -> {
            if (found.isEmpty()) {
                return Future.failedFuture(new EngineFault(
                        EngineFault.Kind.NO_SUCH_IMAGE,
                        "the node has no image " + reference + ": deploy/up.sh makes the runtimes' images"));
            }
            known.put(reference, found.get());
            return Future.succeededFuture(found.get());
        });
    }

    /** Asks the engine again which images there are. */
    Future<Void> refresh() {
        return engine.images().map(images -> {
            references = images.stream()
                    .flatMap(image -> image.references().stream())
                    .sorted()
                    .toList();
            bytes = images.stream().mapToLong(image -> image.size().value()).sum();
            known.clear();
            return null;
        });
    }

    /** Bytes of all images; layers that they share are counted for each. */
    long bytes() {
        return bytes;
    }

    List<String> references() {
        return references;
    }
}
