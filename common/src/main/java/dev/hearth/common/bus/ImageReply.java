package dev.hearth.common.bus;

/**
 * What became of an image.
 *
 * @param fault why it is not there; empty when it is
 * @param fetched whether it was fetched just now; false when the engine had it
 * @param size bytes of all its layers
 */
public record ImageReply(String fault, boolean fetched, long size) implements BusMessage {
    /** How the fault begins when the head has no such image of a runtime and will not have it by itself. */
    public static final String HEAD_LACKS = "the head has no image ";

    /** It is not there. */
    public static ImageReply failed(String fault) {
        return new ImageReply(fault, false, 0);
    }
}
