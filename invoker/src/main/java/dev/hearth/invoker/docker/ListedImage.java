package dev.hearth.invoker.docker;

import dev.hearth.common.units.Bytes;
import java.util.List;

/**
 * An image on the node.
 *
 * @param id the engine's id, {@code sha256:...}
 * @param references tags and digests by which it can be named; empty when it is untagged
 * @param size bytes of all its layers, shared ones included
 */
public record ListedImage(String id, List<String> references, Bytes size) {
    public ListedImage {
        references = List.copyOf(references);
    }
}
