package dev.hearth.gateway.image;

import dev.hearth.common.function.ImageSource;
import dev.hearth.common.units.Bytes;

/**
 * An image that lies on the head node.
 *
 * @param reference as it was asked for
 * @param id the engine's id: {@code sha256:} and 64 hex digits
 * @param size bytes on disk, shared layers included
 * @param runs whether it says what a container of it runs: an ENTRYPOINT or a CMD
 * @param digest {@code repository@sha256:...} by which the registry has it; empty when it came from none
 * @param fetched whether it was fetched for this question; false when the engine had it
 */
public record ResolvedImage(String reference, String id, Bytes size, boolean runs, String digest, boolean fetched) {
    /** Where it can be fetched again. */
    public ImageSource source() {
        return new ImageSource(digest, size);
    }

    ResolvedImage fetched(boolean now) {
        return new ResolvedImage(reference, id, size, runs, digest, now);
    }
}
