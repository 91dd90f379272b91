package dev.hearth.common.bus;

/**
 * Answer to {@link GivenUp}: no call of that gateway runs here any more, each container that ran one is proven dead.
 *
 * @param epoch start of the invoker's life
 */
public record Cleared(String node, long epoch) implements BusMessage {}
