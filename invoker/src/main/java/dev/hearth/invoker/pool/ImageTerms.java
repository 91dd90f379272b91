package dev.hearth.invoker.pool;

import dev.hearth.common.units.Bytes;

/**
 * What a revision says of its image.
 *
 * @param size bytes of all its layers; zero when that is not known
 * @param fetchable whether it can be fetched again when it is not on the node
 */
public record ImageTerms(Bytes size, boolean fetchable) {
    /** Of an image that is on the node or nowhere. */
    public static final ImageTerms LOCAL = new ImageTerms(Bytes.ZERO, false);
}
