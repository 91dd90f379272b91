package dev.hearth.gateway.image;

import dev.hearth.common.units.Bytes;

/**
 * An image that lies on the head node.
 *
 * @param reference as it was asked for
 * @param id the engine's id: {@code sha256:} and 64 hex digits
 * @param size bytes on disk, shared layers included
 * @param runs whether it says what a container of it runs: an ENTRYPOINT or a CMD
 */
public record ResolvedImage(String reference, String id, Bytes size, boolean runs) {}
