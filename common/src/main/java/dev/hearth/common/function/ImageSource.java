package dev.hearth.common.function;

import dev.hearth.common.units.Bytes;

/**
 * Where the image of a revision can be fetched again, and what room it takes.
 *
 * @param reference {@code repository@sha256:...} of the registry that had it; empty when no registry is known to
 * @param size bytes of all its layers on disk, shared ones included; zero when that is not known
 */
public record ImageSource(String reference, Bytes size) {
    public static final ImageSource NONE = new ImageSource("", Bytes.ZERO);
}
