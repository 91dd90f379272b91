package dev.hearth.common.bus;

/**
 * Invoker to gateway, answered by {@link ImageReply}: bring this image to the node.
 *
 * @param image the engine's id that it must have
 * @param reference {@code repository@sha256:...} to pull it by
 * @param namespace whose credentials its registry gets
 */
public record ImageFetch(String image, String reference, String namespace) implements BusMessage {}
