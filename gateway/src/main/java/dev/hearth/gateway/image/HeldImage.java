package dev.hearth.gateway.image;

import dev.hearth.common.units.Bytes;
import java.time.Instant;
import java.util.List;

/**
 * An image of the head node.
 *
 * @param id the engine's id: {@code sha256:} and 64 hex digits
 * @param references its tags, sorted; empty when a tag has moved on
 * @param size bytes on disk, shared layers included
 * @param createdAt when it was built
 */
public record HeldImage(String id, List<String> references, Bytes size, Instant createdAt) {
    public HeldImage {
        references = List.copyOf(references);
    }
}
