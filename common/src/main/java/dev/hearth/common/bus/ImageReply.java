package dev.hearth.common.bus;

/**
 * What became of an image.
 *
 * @param fault why it is not there; empty when it is
 * @param fetched whether it was fetched just now; false when the engine had it
 * @param size bytes of all its layers
 */
public record ImageReply(String fault, boolean fetched, long size) implements BusMessage {
    /** It is not there. */
    public static ImageReply failed(String fault) {
        return new ImageReply(fault, false, 0);
    }
}
