package dev.hearth.invoker.runtime;

import dev.hearth.invoker.docker.Engine;
import dev.hearth.invoker.docker.EngineFault;
import dev.hearth.invoker.docker.InspectedImage;
import dev.hearth.invoker.docker.ListedImage;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How the node's images start, asked once: a container's create must not wait for a question whose answer is known.
 *
 * <p>A tag may move: what is known is forgotten when a create finds that the image is gone, and on each heartbeat that
 * lists the images. Lives on one event loop.
 */
final class ImageCatalogue {
    private static final String ID = "sha256:";

    private final Engine engine;
    private final Map<String, InspectedImage> known = new HashMap<>();
    private List<String> names = List.of();

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
                        "the node has no image " + reference + ": " + advice(reference)));
            }
            known.put(reference, found.get());
            return Future.succeededFuture(found.get());
        });
    }

    /** An id is what a function of an image of the user's own was bound to when it was registered. */
    private static String advice(String reference) {
        return reference.startsWith(ID)
                ? "it was removed since the function was registered; pull or import it again, then register the function"
                        + " again"
                : "deploy/up.sh makes the runtimes' images";
    }

    /** Asks the engine again which images there are. */
    Future<List<ListedImage>> refresh() {
        return engine.images().map(images -> {
            names = images.stream()
                    .flatMap(image -> Stream.concat(Stream.of(image.id()), image.references().stream()))
                    .sorted()
                    .toList();
            known.clear();
            return images;
        });
    }

    /** An image came since the list. */
    void add(String id) {
        if (!names.contains(id)) {
            names = Stream.concat(names.stream(), Stream.of(id)).sorted().toList();
        }
    }

    /** An image is gone, or another has its name now. */
    void forget(String image) {
        known.remove(image);
        names = names.stream().filter(name -> !name.equals(image)).toList();
    }

    /** Ids and references, sorted: whatever a function may name its image by. */
    List<String> names() {
        return names;
    }
}
