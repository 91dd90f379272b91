package dev.hearth.invoker.network;

/**
 * A container's way out: a pair of virtual interfaces, one here and one in the container.
 *
 * @param device name of the end here
 * @param address of the container
 * @param fenced whether it has a fence
 */
public record Link(String device, String address, boolean fenced) {}
