package dev.hearth.common.bus;

/**
 * Gateway to the invoker that shares its engine, answered by {@link ImageReply} once it is noted on disk: an image was
 * fetched.
 *
 * @param image the engine's id of it
 * @param reference {@code repository@sha256:...} by which it can be fetched again
 * @param size bytes of all its layers
 */
public record ImageCame(String image, String reference, long size) implements BusMessage {}
