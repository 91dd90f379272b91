package dev.hearth.common.bus;

/**
 * Gateway to all invokers: a function with this image serves now, nodes that lack it may fetch it before a call comes.
 *
 * @param image the engine's id of it
 * @param reference {@code repository@sha256:...} to pull it by; empty when no registry has it
 * @param namespace whose credentials its registry gets
 */
public record ImageAhead(String image, String reference, String namespace) implements BusMessage {}
