package dev.hearth.common.bus;

/**
 * Gateway to an invoker with an engine of its own: the gateway has the image, take it over the tunnel.
 *
 * @param image the id that it must have
 * @param name {@code repository@sha256:...} in the gateway's registry; empty when it is to be taken as an archive
 */
public record ImageOffer(String image, String name) implements BusMessage {}
