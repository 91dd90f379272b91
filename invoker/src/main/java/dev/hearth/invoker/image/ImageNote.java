package dev.hearth.invoker.image;

import java.time.Instant;

/**
 * What the node remembers of an image that Hearth fetched.
 *
 * @param reference {@code repository@sha256:...} by which it can be fetched again
 * @param size bytes of all its layers
 * @param lastUse as far as it was written down
 */
public record ImageNote(String reference, long size, Instant lastUse) {
    /** The reference without its digest. */
    public String repository() {
        int digest = reference.indexOf('@');
        return digest < 0 ? reference : reference.substring(0, digest);
    }
}
