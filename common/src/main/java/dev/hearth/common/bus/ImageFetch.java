package dev.hearth.common.bus;

/**
 * Invoker to gateway: bring this image to the node. Answered by {@link ImageReply} when it is there or cannot be had, by
 * {@link ImageOffer} when the node has an engine of its own and is to take it from the gateway.
 *
 * @param image the engine's id that it must have; empty for a runtime's, whatever the gateway has under its reference
 * @param reference {@code repository@sha256:...} to pull it by, empty when no registry has it; a runtime's reference
 * @param namespace whose credentials its registry gets
 * @param engine which engine the node has; empty when the node only ever has the gateway's
 */
public record ImageFetch(String image, String reference, String namespace, String engine) implements BusMessage {}
